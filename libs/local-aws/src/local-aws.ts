import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from './aws-error.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { openDynamoDb } from './dynamodb/dynamodb-api.ts';
import { createEventBridge } from './event-bridge/event-bridge.ts';
import { createFaults, noFaults, type FaultProfile, type Faults } from './faults.ts';
import { eventBridgeApi } from './http/event-bridge-api.ts';
import { Front, type Route } from './http/front.ts';
import { errorReply } from './http/json-reply.ts';
import { localControl } from './http/local-control.ts';
import type { Api } from './http/reply.ts';
import { levelStore } from './level-store.ts';
import { LIMITS } from './limits.ts';
import { memoryStore } from './memory-store.ts';
import type { Clock, DurableStore, Random } from './ports.ts';
import { sqsApi } from './sqs/sqs-api.ts';
import { SqsService } from './sqs/sqs-service.ts';
import { systemClock } from './system-clock.ts';

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

export interface LocalAwsOptions {
  /** Without it everything is in memory and gone after close. */
  dataDir?: string;
  /** 0 takes a free one. */
  port: number;
  clock?: Clock;
  random?: Random;
  faults?: FaultProfile;
  /** The largest PutEvents request, SQS message and SQS batch, in bytes. */
  requestBytesLimit?: number;
  /** The reason why the source may not publish the detail type, or undefined when it may. */
  ownership?: (source: string, detailType: string, accessKeyId: string | undefined) => string | undefined;
  log?: (line: string) => void;
}

export interface LocalAws {
  readonly url: string;
  readonly port: number;
  /** Also what GET /_local/health answers, so that a client can tell this run from another program on the port. */
  readonly instanceId: string;
  /** Live: a changed switch holds from the next request on. */
  readonly faults: Faults;
  /** Resolves when every accepted event has reached its targets or has been given up. */
  idle(): Promise<void>;
  /** Answers what runs, ends long polls and closes the stores. */
  close(): Promise<void>;
}

/**
 * DynamoDB, EventBridge and SQS on one address of 127.0.0.1. What got a 2xx survives kill -9 when there is a dataDir. Throws
 * DataFolderInUse, or the listener's error when the port is taken.
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { dataDir, random = Math.random, requestBytesLimit = 1_048_576, log } = options;
  const faults = createFaults(options.faults ?? noFaults);
  const clock = withOffset(options.clock ?? systemClock, faults);
  const opened: Array<() => Promise<void>> = [];
  const close = async () => {
    for (const closeOne of opened.splice(0).toReversed()) await closeOne();
  };
  try {
    if (dataDir !== undefined) opened.push(await lockDataFolder(dataDir));
    const open = (name: string): Promise<DurableStore> =>
      dataDir === undefined ? Promise.resolve(memoryStore()) : levelStore(join(dataDir, name));

    const dynamoDb = await openDynamoDb({
      ...(dataDir !== undefined && { folder: join(dataDir, 'dynamodb') }),
      clock,
      random,
      faults: () => faults.dynamodb,
    });
    opened.push(() => dynamoDb.close());

    let url = '';
    const sqsStore = await open('sqs');
    opened.push(() => sqsStore.close());
    const sqs = await SqsService.open({
      store: sqsStore,
      clock,
      random,
      faults: () => faults.sqs,
      baseUrl: () => url,
      account: ACCOUNT,
      region: REGION,
      requestBytesLimit,
    });
    opened.push(async () => sqs.close());

    const busStore = await open('bus');
    opened.push(() => busStore.close());
    const bus = await createEventBridge({
      store: busStore,
      clock,
      random,
      targets: sqs,
      faults: () => faults.bus,
      account: ACCOUNT,
      region: REGION,
      requestBytesLimit,
      ...(options.ownership && { ownership: options.ownership }),
    });
    opened.push(() => bus.close());

    const instanceId = randomUUID();
    const startedAt = performance.now();
    const callApi = apiRoute(
      new Map([
        ['DynamoDB_20120810', dynamoDb.handle],
        ['AWSEvents', eventBridgeApi(bus)],
        ['AmazonSQS', sqsApi(sqs)],
      ]),
      faults,
      log,
    );
    const front = await Front.listen(options.port, async (request, body, signal) => {
      const { method = '', url: path = '' } = request;
      if (!path.startsWith('/_local/')) return callApi(request, body, signal);
      const uptimeSeconds = (performance.now() - startedAt) / 1000;
      return localControl({ method, path, body }, { instanceId, uptimeSeconds, faults });
    });
    opened.push(() => front.close());
    url = `http://127.0.0.1:${front.port}`;
    for (const limit of LIMITS) log?.(`local-aws does not do: ${limit}`);
    return { url, port: front.port, instanceId, faults, idle: () => bus.idle(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Finds the API by the target's prefix; what the API did not foresee becomes a 500 whose cause is in the log. */
function apiRoute(apis: ReadonlyMap<string, Api>, faults: Faults, log: LocalAwsOptions['log']): Route {
  return async ({ headers }: IncomingMessage, body, signal) => {
    const target = String(headers['x-amz-target'] ?? '');
    const [prefix = '', operation = ''] = target.split('.');
    const api = apis.get(prefix);
    if (!api) {
      return errorReply(new AwsError('UnknownOperationException', `local-aws has no API for the X-Amz-Target '${target}'`, 404));
    }
    while (faults.paused && !signal.aborted) await sleep(20);
    try {
      return await api({ operation, headers, body, signal });
    } catch (error) {
      log?.(`local-aws: ${operation} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return errorReply(new AwsError('InternalFailure', `local-aws failed in ${operation}; its log has the reason`, 500));
    }
  };
}

function withOffset(clock: Clock, faults: Faults): Clock {
  return {
    now: () => new Date(clock.now().getTime() + faults.clockOffsetMs),
    setTimer: (ms, run) => clock.setTimer(ms, run),
  };
}
