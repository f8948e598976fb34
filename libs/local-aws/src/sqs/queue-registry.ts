import { AwsError } from '../aws-error.ts';
import { Queue, type QueueContext } from './queue.ts';
import { queueKeys } from './queue-keys.ts';
import { QueueSettings } from './queue-settings.ts';
import { invalidParameter, queueDoesNotExist } from './sqs-errors.ts';

interface QueueRecord {
  settings: Record<string, string>;
  createdAt: number;
  modifiedAt: number;
}

const NAME = /^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/;

/** The queues of the account; creating, changing and deleting one is stored before it resolves. */
export class QueueRegistry {
  private readonly queues = new Map<string, { queue: Queue; createdAt: number; modifiedAt: number }>();
  private readonly context: QueueContext;
  private lastSequence = 0;

  private constructor(
    context: Omit<QueueContext, 'findByArn'>,
    private readonly arnPrefix: string,
    private readonly messageBytesLimit: number,
  ) {
    this.context = { ...context, findByArn: (arn) => this.findByArn(arn) };
  }

  static async load(
    context: Omit<QueueContext, 'findByArn'>,
    arnPrefix: string,
    messageBytesLimit: number,
  ): Promise<QueueRegistry> {
    const registry = new QueueRegistry(context, arnPrefix, messageBytesLimit);
    const { from, to } = queueKeys.queues;
    for await (const [key, value] of context.store.range(from, to)) {
      const { settings, createdAt, modifiedAt }: QueueRecord = JSON.parse(value);
      const queue = new Queue(key.slice(from.length), QueueSettings.restore(settings), registry.context);
      registry.queues.set(queue.name, { queue, createdAt, modifiedAt });
      registry.lastSequence = Math.max(registry.lastSequence, await queue.load());
    }
    return registry;
  }

  /** Throws QueueNameExists when the name is taken by a queue with other attributes; otherwise creating again changes nothing. */
  async create(name: string, attributes: ReadonlyMap<string, string>): Promise<Queue> {
    if (!NAME.test(name)) {
      throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
    }
    const existing = this.queues.get(name);
    if (existing) {
      if (existing.queue.settings.agreesWith(attributes)) return existing.queue;
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for an attribute: ${name}`,
      );
    }
    const queue = new Queue(name, QueueSettings.create(name, attributes, this.messageBytesLimit), this.context);
    const now = this.context.clock.now().getTime();
    this.queues.set(name, { queue, createdAt: now, modifiedAt: now });
    await this.save(name);
    return queue;
  }

  async change(name: string, attributes: ReadonlyMap<string, string>): Promise<void> {
    const entry = this.entry(name);
    entry.queue.settings = entry.queue.settings.with(attributes);
    entry.modifiedAt = this.context.clock.now().getTime();
    await this.save(name);
  }

  async delete(name: string): Promise<void> {
    const { queue } = this.entry(name);
    this.queues.delete(name);
    queue.close();
    const { store } = this.context;
    const keys: Array<{ del: string }> = [{ del: queueKeys.queue(name) }];
    for (const { from, to } of [queueKeys.messages(name), queueKeys.deliveries(name), queueKeys.deduplications(name)]) {
      for await (const [key] of store.range(from, to)) keys.push({ del: key });
    }
    await store.batch(keys);
  }

  /** Throws QueueDoesNotExist. */
  get(name: string): Queue {
    return this.entry(name).queue;
  }

  findByArn(arn: string): Queue | undefined {
    return arn.startsWith(this.arnPrefix) ? this.queues.get(arn.slice(this.arnPrefix.length))?.queue : undefined;
  }

  names(prefix: string): string[] {
    return [...this.queues.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  attributes(name: string): Record<string, string> {
    const { queue, createdAt, modifiedAt } = this.entry(name);
    const { visible, inFlight, delayed } = queue.counts();
    return {
      ...queue.settings.toRecord(),
      QueueArn: this.arnPrefix + name,
      CreatedTimestamp: String(Math.floor(createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(modifiedAt / 1000)),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
  }

  /** Grows over restarts too, and stays a safe integer. */
  nextSequence(): number {
    this.lastSequence = Math.max(this.lastSequence + 1, this.context.clock.now().getTime() * 1000);
    return this.lastSequence;
  }

  close(): void {
    for (const { queue } of this.queues.values()) queue.close();
  }

  private entry(name: string) {
    const entry = this.queues.get(name);
    if (!entry) throw queueDoesNotExist();
    return entry;
  }

  private async save(name: string): Promise<void> {
    const { queue, createdAt, modifiedAt } = this.entry(name);
    const record: QueueRecord = { settings: queue.settings.toRecord(), createdAt, modifiedAt };
    await this.context.store.batch([{ put: queueKeys.queue(name), value: JSON.stringify(record) }]);
  }
}
