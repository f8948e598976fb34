export * from './domain/index.ts';
export * from './application/index.ts';
export { AggregateTable, positionOf, streamColumns, type StreamRow } from './infrastructure/database/aggregate-table.ts';
export { Database } from './infrastructure/database/database.ts';
export { kernelMigrations, migrate, readMigrations } from './infrastructure/database/migrate.ts';
export { isUnavailable } from './infrastructure/database/pg-errors.ts';
export { UnitOfWork } from './infrastructure/database/unit-of-work.ts';
export { ParkingLot } from './infrastructure/inbox/parking-lot.ts';
