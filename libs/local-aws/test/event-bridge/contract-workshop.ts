import {
  type EventBridgeClient,
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';

export interface Endpoint {
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
}

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** Makes what a contract test needs, under names no other run uses, and removes it all at the end. */
export class ContractWorkshop {
  private readonly queues: string[] = [];
  private readonly buses: string[] = [];

  constructor(private readonly endpoint: () => Endpoint) {}

  name(kind: string): string {
    return `${kind}-${randomUUID().slice(0, 8)}`;
  }

  async bus(): Promise<{ name: string; arn: string }> {
    const name = this.name('bus');
    const { EventBusArn = '' } = await this.endpoint().eventBridge.send(new CreateEventBusCommand({ Name: name }));
    this.buses.push(name);
    return { name, arn: EventBusArn };
  }

  async queue({ fifo = false } = {}): Promise<Queue> {
    const { sqs } = this.endpoint();
    const QueueName = this.name('queue') + (fifo ? '.fifo' : '');
    const Attributes = fifo ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {};
    const { QueueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { ...Attributes, Policy: POLICY } }),
    );
    this.queues.push(QueueUrl);
    const attributes = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    return { url: QueueUrl, arn: attributes.Attributes?.['QueueArn'] ?? '' };
  }

  async rule(bus: string, pattern: object, ...targets: Array<Omit<Target, 'Id'>>): Promise<{ name: string; arn: string }> {
    const { eventBridge } = this.endpoint();
    const name = this.name('rule');
    const EventPattern = JSON.stringify(pattern);
    const { RuleArn = '' } = await eventBridge.send(new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern }));
    const Targets = targets.map((target, index) => ({ ...target, Id: String(index) }));
    if (Targets.length > 0) await eventBridge.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets }));
    return { name, arn: RuleArn };
  }

  /** The ids of the events, which must all be accepted. */
  async put(bus: string, ...entries: Array<Partial<PutEventsRequestEntry>>): Promise<string[]> {
    const Entries = entries.map((entry) => ({ EventBusName: bus, Source: 's', DetailType: 't', Detail: '{}', ...entry }));
    const answer = await this.endpoint().eventBridge.send(new PutEventsCommand({ Entries }));
    if (answer.FailedEntryCount !== 0) throw new Error(`PutEvents refused entries: ${JSON.stringify(answer.Entries)}`);
    return (answer.Entries ?? []).map(({ EventId = '' }) => EventId);
  }

  /** Receives and deletes until `count` messages have come; throws when they have not within 30 s. */
  async receive({ url }: Queue, count: number): Promise<Message[]> {
    const messages: Message[] = [];
    const deadline = Date.now() + 30_000;
    while (messages.length < count) {
      if (Date.now() > deadline) throw new Error(`${messages.length} of ${count} messages came to ${url} within 30 s`);
      messages.push(...(await this.poll(url, 2)));
    }
    return messages;
  }

  /** Everything that comes within a second. */
  async rest({ url }: Queue): Promise<Message[]> {
    return this.poll(url, 1);
  }

  async cleanUp(): Promise<void> {
    const { eventBridge, sqs } = this.endpoint();
    for (const EventBusName of this.buses) {
      const { Rules = [] } = await eventBridge.send(new ListRulesCommand({ EventBusName }));
      for (const { Name = '' } of Rules) {
        const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
        const Ids = Targets.map(({ Id = '' }) => Id);
        if (Ids.length > 0) await eventBridge.send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids }));
        await eventBridge.send(new DeleteRuleCommand({ Name, EventBusName }));
      }
      await eventBridge.send(new DeleteEventBusCommand({ Name: EventBusName }));
    }
    for (const QueueUrl of this.queues) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }

  private async poll(QueueUrl: string, WaitTimeSeconds: number): Promise<Message[]> {
    const { sqs } = this.endpoint();
    const input = { QueueUrl, WaitTimeSeconds, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ ...input, MessageSystemAttributeNames: ['MessageGroupId'] }),
    );
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages;
  }
}

export function bodyOf(message: Message | undefined): Record<string, unknown> {
  return JSON.parse(message?.Body ?? '{}');
}

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }],
});
