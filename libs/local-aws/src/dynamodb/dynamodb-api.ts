import { mkdir } from 'node:fs/promises';
import type { DynamoDbFaults } from '../faults.ts';
import { LOST, type Api, type ApiRequest, type Reply } from '../http/reply.ts';
import type { Clock, Random } from '../ports.ts';
import { IndexLag } from './index-lag.ts';
import { dynalite } from './load-dynalite.ts';
import { LocalResponse, localRequest } from './local-request.ts';
import { SyncedLevel } from './synced-level.ts';

interface DynamoDbApi {
  handle: Api;
  /** Call it after the last request was answered. */
  close(): Promise<void>;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/** dynalite without its socket. An acknowledged write is synced; without a folder everything is in memory. */
export async function openDynamoDb(options: {
  folder?: string;
  clock: Clock;
  random: Random;
  faults: () => DynamoDbFaults;
}): Promise<DynamoDbApi> {
  const { folder, clock, random, faults } = options;
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(folder !== undefined && { path: folder }),
  });
  const level = folder === undefined ? undefined : SyncedLevel.opened.get(folder);
  if (folder !== undefined && !level) {
    throw new Error(
      'dynalite did not open its data through SyncedLevel, so its writes would not be synced; was it loaded before?',
    );
  }
  await level?.open();
  const lag = new IndexLag(clock, random);
  const keyNames = new Map<string, string[]>();

  const run = (request: ApiRequest): Promise<Reply> => {
    const message = localRequest(request.headers, request.body);
    const response = new LocalResponse(message);
    server.emit('request', message, response);
    return response.reply;
  };

  const keyNamesOf = async (table: string, request: ApiRequest): Promise<string[]> => {
    const known = keyNames.get(table);
    if (known) return known;
    const headers = { ...request.headers, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' };
    const { body } = await run({ ...request, headers, body: JSON.stringify({ TableName: table }) });
    const description: { Table: { KeySchema: Array<{ AttributeName: string }> } } = JSON.parse(body);
    const names = description.Table.KeySchema.map(({ AttributeName }) => AttributeName);
    keyNames.set(table, names);
    return names;
  };

  const withLag = async (request: ApiRequest, reply: Reply, indexLagMs: number): Promise<Reply> => {
    const input: { TableName: string; IndexName?: string; Item?: Record<string, unknown>; Key?: Record<string, unknown> } =
      JSON.parse(request.body);
    const written = input.Item ?? input.Key;
    if (written && WRITES.has(request.operation)) {
      const names = await keyNamesOf(input.TableName, request);
      lag.written(input.TableName, Object.fromEntries(names.map((name) => [name, written[name]])), indexLagMs);
    }
    if (request.operation !== 'Query' || input.IndexName === undefined) return reply;
    const names = await keyNamesOf(input.TableName, request);
    const body = JSON.stringify(lag.late(request.body, input.TableName, names, JSON.parse(reply.body)));
    const { 'x-amz-crc32': _stale, 'content-length': _length, ...headers } = reply.headers;
    return { ...reply, headers, body };
  };

  return {
    handle: async (request) => {
      const { throttle, replyLost, indexLagMs } = faults();
      if (random() < throttle) return throttled();
      const reply = await run(request);
      if (reply.status !== 200) return reply;
      if (WRITES.has(request.operation) && random() < replyLost) return LOST;
      return indexLagMs > 0 ? withLag(request, reply, indexLagMs) : reply;
    },
    close: async () => level?.shutDown(),
  };
}

function throttled(): Reply {
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'The level of configured provisioned throughput for the table was exceeded (fault switch dynamodb.throttle).',
    }),
  };
}
