import { BenchDynamoDb } from './harness/dynamodb.ts';
import { BenchPostgres } from './harness/postgres.ts';
import { runProgram } from './harness/program.ts';
import { loadOnDynamoDb } from './load-on-dynamodb.ts';
import { loadOnPostgres } from './load-on-postgres.ts';

await runProgram('load', async (bench) => {
  await BenchDynamoDb.use(bench, (dynamoDb) => loadOnDynamoDb(bench, dynamoDb));
  await BenchPostgres.use(bench, (postgres) => loadOnPostgres(bench, postgres));
});
