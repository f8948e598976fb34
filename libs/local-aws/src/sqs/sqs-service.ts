import { AwsError } from '../aws-error.ts';
import type { SqsFaults } from '../faults.ts';
import type { Clock, DurableStore, Random } from '../ports.ts';
import { RequestBody } from '../request-body.ts';
import { readBatch, runBatch } from './batch.ts';
import { messageSize, readMessage, sendMessage, type MessageContent } from './message-sender.ts';
import type { Queue } from './queue.ts';
import { QueueRegistry } from './queue-registry.ts';
import { receivedMessage } from './receive-answer.ts';

interface SqsOptions {
  store: DurableStore;
  clock: Clock;
  random: Random;
  faults: () => SqsFaults;
  /** Where clients reach this service; the start of every QueueUrl. */
  baseUrl: () => string;
  account: string;
  region: string;
  /** The largest message, and the largest sum of a batch. */
  requestBytesLimit: number;
}

type Operation = (body: RequestBody, signal: AbortSignal) => Promise<object>;

/** Queues with the promises of SQS; whatever it answered is in the store and synced. */
export class SqsService {
  private readonly operations: ReadonlyMap<string, Operation>;

  private constructor(
    private readonly options: SqsOptions,
    private readonly queues: QueueRegistry,
  ) {
    this.operations = new Map<string, Operation>([
      ['CreateQueue', (body) => this.createQueue(body)],
      ['GetQueueUrl', async (body) => ({ QueueUrl: this.url(this.queues.get(body.text('QueueName'))) })],
      ['ListQueues', async (body) => this.listQueues(body)],
      ['GetQueueAttributes', async (body) => this.getAttributes(body)],
      ['SetQueueAttributes', (body) => this.setAttributes(body)],
      ['PurgeQueue', (body) => this.queue(body).purge().then(nothing)],
      ['DeleteQueue', (body) => this.queues.delete(this.queue(body).name).then(nothing)],
      ['SendMessage', (body) => this.send(this.queue(body), readMessage(body))],
      ['SendMessageBatch', (body) => this.sendBatch(body)],
      ['ReceiveMessage', (body, signal) => this.receive(body, signal)],
      ['DeleteMessage', (body) => this.deleteMessage(this.queue(body), body)],
      ['DeleteMessageBatch', (body) => this.batch(body, (queue, entry) => this.deleteMessage(queue, entry))],
      ['ChangeMessageVisibility', (body) => this.changeVisibility(this.queue(body), body)],
      ['ChangeMessageVisibilityBatch', (body) => this.batch(body, (queue, entry) => this.changeVisibility(queue, entry))],
    ]);
  }

  static async open(options: SqsOptions): Promise<SqsService> {
    const arnPrefix = `arn:aws:sqs:${options.region}:${options.account}:`;
    return new SqsService(options, await QueueRegistry.load(options, arnPrefix, options.requestBytesLimit));
  }

  /** Aborting the signal ends a long poll without taking a message. */
  async handle(operation: string, body: string, signal: AbortSignal): Promise<object> {
    const run = this.operations.get(operation);
    if (!run) throw new AwsError('InvalidAction', `local-aws does not have the SQS operation ${operation}`);
    return run(RequestBody.parse(body), signal);
  }

  /** Sends from inside the process. Throws AwsError NO_RESOURCE when there is no such queue. */
  async deliver(
    arn: string,
    body: string,
    options: { messageGroupId?: string; attributes?: Record<string, string> },
  ): Promise<void> {
    const queue = this.queues.findByArn(arn);
    if (!queue) throw new AwsError('NO_RESOURCE', `There is no queue ${arn}`);
    const attributes = Object.entries(options.attributes ?? {}).map(([name, value]) => [
      name,
      { DataType: 'String', StringValue: value },
    ]);
    await this.send(queue, {
      body,
      attributes: Object.fromEntries(attributes),
      ...(options.messageGroupId !== undefined && { group: options.messageGroupId }),
    });
  }

  /** Ends long polls; the store stays open, as whoever opened it closes it. */
  close(): void {
    this.queues.close();
  }

  private async createQueue(body: RequestBody): Promise<object> {
    return { QueueUrl: this.url(await this.queues.create(body.text('QueueName'), body.textMap('Attributes'))) };
  }

  private listQueues(body: RequestBody): object {
    const names = this.queues.names(body.optionalText('QueueNamePrefix') ?? '');
    const after = body.optionalText('NextToken');
    const max = body.optionalInteger('MaxResults', 1, 1000);
    const rest = after === undefined ? names : names.filter((name) => name > after);
    const page = rest.slice(0, max ?? 1000);
    return {
      QueueUrls: page.map((name) => this.url(this.queues.get(name))),
      ...(max !== undefined && rest.length > page.length && { NextToken: page.at(-1) }),
    };
  }

  private getAttributes(body: RequestBody): object {
    const names = body.texts('AttributeNames');
    const attributes = Object.entries(this.queues.attributes(this.queue(body).name));
    return { Attributes: Object.fromEntries(attributes.filter(([name]) => names.includes('All') || names.includes(name))) };
  }

  private async setAttributes(body: RequestBody): Promise<object> {
    await this.queues.change(this.queue(body).name, body.textMap('Attributes'));
    return {};
  }

  private async send(queue: Queue, content: MessageContent): Promise<object> {
    return sendMessage(queue, content, this.queues.nextSequence(), this.options.clock.now().getTime());
  }

  private async sendBatch(body: RequestBody): Promise<object> {
    const queue = this.queue(body);
    const entries = readBatch(body);
    const size = entries.reduce((sum, entry) => sum + readableSize(entry), 0);
    const limit = this.options.requestBytesLimit;
    if (size > limit) {
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${limit} bytes. You have sent ${size} bytes.`,
      );
    }
    return runBatch(entries, async (entry) => {
      this.maybeRefuse();
      return this.send(queue, readMessage(entry));
    });
  }

  private async receive(body: RequestBody, signal: AbortSignal): Promise<object> {
    const queue = this.queue(body);
    const { settings } = queue;
    const received = await queue.receive({
      max: body.optionalInteger('MaxNumberOfMessages', 1, 10) ?? 1,
      waitMs: (body.optionalInteger('WaitTimeSeconds', 0, 20) ?? settings.number('ReceiveMessageWaitTimeSeconds')) * 1000,
      visibilityMs: (body.optionalInteger('VisibilityTimeout', 0, 43_200) ?? settings.number('VisibilityTimeout')) * 1000,
      signal,
    });
    if (received.length === 0) return {};
    const names = {
      system: [...body.texts('AttributeNames'), ...body.texts('MessageSystemAttributeNames')],
      message: body.texts('MessageAttributeNames'),
    };
    return { Messages: received.map((one) => receivedMessage(queue.name, one, names)) };
  }

  private async deleteMessage(queue: Queue, entry: RequestBody): Promise<object> {
    await queue.delete(entry.text('ReceiptHandle'));
    return {};
  }

  private async changeVisibility(queue: Queue, entry: RequestBody): Promise<object> {
    const seconds = entry.optionalInteger('VisibilityTimeout', 0, 43_200);
    if (seconds === undefined)
      throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
    await queue.changeVisibility(entry.text('ReceiptHandle'), seconds * 1000);
    return {};
  }

  private batch(body: RequestBody, run: (queue: Queue, entry: RequestBody) => Promise<object>): Promise<object> {
    const queue = this.queue(body);
    return runBatch(readBatch(body), async (entry) => {
      this.maybeRefuse();
      return run(queue, entry);
    });
  }

  /** The switch partialBatchFailure. */
  private maybeRefuse(): void {
    if (this.options.random() < this.options.faults().partialBatchFailure) {
      throw new AwsError('InternalError', 'The entry was refused by the fault switch sqs.partialBatchFailure', 500);
    }
  }

  /** Only the name counts: a queue keeps its messages when the service comes back on another port. */
  private queue(body: RequestBody): Queue {
    return this.queues.get(body.text('QueueUrl').split('/').at(-1) ?? '');
  }

  private url(queue: Queue): string {
    return `${this.options.baseUrl()}/${this.options.account}/${queue.name}`;
  }
}

const nothing = () => ({});

/** 0 for an entry that cannot be read: it fails on its own, not the whole batch. */
function readableSize(entry: RequestBody): number {
  try {
    return messageSize(readMessage(entry));
  } catch {
    return 0;
  }
}
