export { startLocalAws, type LocalAws, type LocalAwsOptions } from './local-aws.ts';
export { DataFolderInUse, lockDataFolder } from './data-folder-lock.ts';
export { eventOwnership } from './event-ownership.ts';
export { developmentFaults, noFaults, type FaultProfile, type Faults } from './faults.ts';
export { seededRandom } from './seeded-random.ts';
export { applyCatalogue, type AppliedCatalogue } from './loader/apply-catalogue.ts';
export { CatalogueNotApplied } from './loader/catalogue-not-applied.error.ts';
export type { EventsFile, TablesFile } from './loader/catalogue-files.ts';
export type { Clock, Random } from './ports.ts';
