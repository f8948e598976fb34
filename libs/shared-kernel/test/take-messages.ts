import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** What arrives at a queue within two seconds, taken out of it. */
export async function takeMessages(sqs: SQSClient, queueUrl: string): Promise<string[]> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10 }),
  );
  for (const { ReceiptHandle: receipt } of messages)
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
  return messages.map((message) => message.Body ?? '');
}
