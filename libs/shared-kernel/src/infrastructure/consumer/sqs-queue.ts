import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { MessageQueue, type QueuedMessage } from './message-queue.ts';

interface SqsQueueOptions {
  readonly name: string;
  /** How long a receive waits for a message; the service's most is 20. */
  readonly waitSeconds?: number;
  readonly hiddenSeconds?: number;
}

/**
 * Short, since the poller keeps what it is handling hidden: what a killed process had received is handled elsewhere this soon. One that stands
 * still for longer finds its messages handled, by the inbox.
 */
const HIDDEN_SECONDS = 2;

/** A standard SQS queue, found by its name at the first use. */
export class SqsQueue extends MessageQueue {
  readonly hiddenSeconds: number;
  #url: string | undefined;

  constructor(
    private readonly client: SQSClient,
    private readonly options: SqsQueueOptions,
  ) {
    super();
    this.hiddenSeconds = options.hiddenSeconds ?? HIDDEN_SECONDS;
  }

  override async receive(ended: AbortSignal): Promise<readonly QueuedMessage[]> {
    const { Messages: messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: await this.#queueUrl(),
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: this.options.waitSeconds ?? 20,
        VisibilityTimeout: this.hiddenSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      { abortSignal: ended },
    );
    return messages.map(
      ({ MessageId: messageId = '', ReceiptHandle: receipt = '', Body: body = '', Attributes: attributes }) => ({
        messageId,
        receipt,
        body,
        receiveCount: Number(attributes?.ApproximateReceiveCount ?? 1),
      }),
    );
  }

  override async delete(receipts: readonly string[]): Promise<number> {
    const { Failed: failed = [] } = await this.client.send(
      new DeleteMessageBatchCommand({ QueueUrl: await this.#queueUrl(), Entries: receipts.map(entry) }),
    );
    return failed.length;
  }

  override async hide(receipts: readonly string[], seconds: number): Promise<number> {
    const { Failed: failed = [] } = await this.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: await this.#queueUrl(),
        Entries: receipts.map((receipt, index) => ({ ...entry(receipt, index), VisibilityTimeout: seconds })),
      }),
    );
    return failed.length;
  }

  async #queueUrl(): Promise<string | undefined> {
    this.#url ??= (await this.client.send(new GetQueueUrlCommand({ QueueName: this.options.name }))).QueueUrl;
    return this.#url;
  }
}

function entry(receipt: string, index: number): { Id: string; ReceiptHandle: string } {
  return { Id: String(index), ReceiptHandle: receipt };
}
