import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbEventTable, type EventTable } from '@edtech/shared-kernel';

/** Opens no connection. Endpoint, region and credentials are those of the process's environment, as for every client of the SDK. */
export function openEventTable(name: string): EventTable {
  const client = new DynamoDBClient({
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  return dynamoDbEventTable(client, name);
}
