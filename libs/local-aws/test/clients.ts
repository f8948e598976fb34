import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Clients that see the first error instead of the SDK's retries. */
export function clientsFor(endpoint: string) {
  const settings = {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const dynamoDb = new DynamoDBClient(settings);
  const events = new EventBridgeClient(settings);
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  return {
    dynamoDb,
    events,
    sqs,
    destroy() {
      for (const client of [dynamoDb, events, sqs]) client.destroy();
    },
  };
}
