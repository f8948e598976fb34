import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startLocalAws } from '@edtech/local-aws';
import { expect, test } from 'vitest';
import { jarContracts, TestClock } from '../../src/infrastructure/event-store/event-store.contract.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import { ProcessUnderTest } from '../../src/testing/faults/process-under-test.ts';
import { createEventTable, dynamoDbClient } from './event-tables.fixture.ts';

test('G37 a process that is killed before or after its put leaves nothing or the whole decision, and the next one ends it once', async () => {
  const aws = await startLocalAws({ port: 0 });
  const client = dynamoDbClient(aws.url);
  const { name, table } = await createEventTable(client);
  const store = new EventStoreService(table, jarContracts, new TestClock());
  const run = async (aggregateId: string, crashAt: string) => {
    const process = await ProcessUnderTest.start({
      name: crashAt,
      module: join(import.meta.dirname, 'appending.process.ts'),
      args: [aws.url, name, aggregateId, crashAt],
      execArgv: ['--experimental-transform-types', '--no-warnings'],
    });
    const { signal } = await process.exited;
    return { signal, said: process.lastWords };
  };
  for (const [crashAt, stored] of [
    ['ddb.before-put:1', 0],
    ['ddb.after-put:1', 10],
  ] as const) {
    const aggregateId = randomUUID();
    expect(await run(aggregateId, crashAt)).toEqual({ signal: 'SIGKILL', said: '' });
    expect(await store.currentVersion({ aggregateType: 'Jar', aggregateId })).toBe(stored);
    expect(await run(aggregateId, '')).toEqual({ signal: null, said: 'stored 10' });
    expect(await store.loadEvents('Jar', aggregateId)).toHaveLength(10);
  }
  client.destroy();
  await aws.close();
});
