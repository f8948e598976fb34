import { armCrashpoint } from '../../src/application/crashpoint.ts';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import { append, filled, jarContracts, opened, TestClock } from '../../src/infrastructure/event-store/event-store.contract.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import { dynamoDbClient } from './event-tables.fixture.ts';

/** Makes one decision of ten events about a new jar and says so; dies on the way when it is told to. */
const [, , url = '', tableName = '', aggregateId = '', crashAt = ''] = process.argv;

const client = dynamoDbClient(url);
armCrashpoint(crashAt === '' ? undefined : crashAt);
const store = new EventStoreService(dynamoDbEventTable(client, tableName), jarContracts, new TestClock());
const notes = Array.from({ length: 9 }, (_, index) => filled(String(index)));
const { version } = await append(store, { aggregateType: 'Jar', aggregateId }, [opened(), ...notes], 'no-stream', 'decision-1');
process.stdout.write(`stored ${version}\n`);
client.destroy();
