export { choosePostgres, type ChoosePostgresOptions, type ChosenPostgres } from './choose-postgres.ts';
export { findPostgres, hasPostgres, type FindPostgresOptions } from './find-postgres.ts';
export { stopLeftoverPostgres } from './leftover.ts';
export * from './postgres.errors.ts';
export type { PostgresServer } from './postgres-server.ts';
export { startPostgres, type StartPostgresOptions } from './start-postgres.ts';
export { startTestPostgres, type TestPostgres } from './start-test-postgres.ts';
export { templateDatabase, type ClonedDatabase, type TemplateOptions } from './template-database.ts';
export { testPostgres, type TestPostgresAddress } from './test-postgres.ts';
