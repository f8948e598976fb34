import { armCrashpoint } from '../../src/application/crashpoint.ts';
import { SystemClock } from '../../src/application/clock.ts';
import { dynamoDbEventTable } from '../../src/infrastructure/event-store/dynamodb.event-table.ts';
import { EventStoreService } from '../../src/infrastructure/event-store/event-store.service.ts';
import { rebuildFeed } from '../../src/infrastructure/event-store/rebuild-feed.ts';
import { lampContracts } from '../lamps.fixture.ts';
import { dynamoDbClient } from './event-tables.fixture.ts';

/** Rebuilds the log of the lamp service and says so; dies on the way when it is told to. */
const [, , url = '', tableName = '', databaseUrl = '', crashAt = ''] = process.argv;

const client = dynamoDbClient(url);
armCrashpoint(crashAt === '' ? undefined : crashAt);
const store = new EventStoreService(dynamoDbEventTable(client, tableName), lampContracts, new SystemClock());
const { events } = await rebuildFeed({ service: 'lamp-service', databaseUrl, store, aggregateTypes: ['Lamp'] });
process.stdout.write(`rebuilt ${events}\n`);
client.destroy();
