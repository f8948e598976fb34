import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';

/**
 * How many messages the queues hold: visible, hidden while they are handled, and delayed. The client finds endpoint and credentials in the
 * environment. Throws what it throws when a queue does not answer.
 */
export async function waitingMessages(queues: readonly string[]): Promise<number> {
  const client = new SQSClient({
    useQueueUrlAsEndpoint: false,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  });
  try {
    const counts = await Promise.all(queues.map((queue) => messagesIn(client, queue)));
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    client.destroy();
  }
}

async function messagesIn(client: SQSClient, queue: string): Promise<number> {
  const { QueueUrl: url } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { Attributes: attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  );
  return Object.values(attributes).reduce((sum, count) => sum + Number(count), 0);
}
