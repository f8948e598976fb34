import { retryThenPark, type FailurePolicy } from '../../application/failure-policy.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { MemoryInbox, MemoryVersions } from './memory-inbox.ts';
import { MemoryParkingLot } from './memory-parking-lot.ts';
import { MemorySagas } from './memory-sagas.ts';
import { publish, type PublisherParts } from './simulated-publisher.ts';

/** The twins of the kernel's own mechanisms in one service. A test of the simulation plants its bugs here. */
export interface Mechanisms {
  readonly policy: FailurePolicy;
  readonly inbox: MemoryInbox;
  readonly versions: MemoryVersions;
  readonly parkingLot: MemoryParkingLot;
  readonly sagas: MemorySagas;
  readonly publish: (parts: PublisherParts) => Promise<void>;
}

/** Answers what is to be different in this service. */
export type Plant = (database: MemoryDatabase, sound: Mechanisms) => Partial<Mechanisms>;

export function mechanismsOf(database: MemoryDatabase, random: () => SeededRandom, plant: Plant = () => ({})): Mechanisms {
  const policy = retryThenPark({}, () => random().next());
  const sound = {
    policy,
    inbox: new MemoryInbox(database),
    versions: new MemoryVersions(database),
    parkingLot: new MemoryParkingLot(database),
    sagas: new MemorySagas({ database, policy }),
    publish,
  };
  return { ...sound, ...plant(database, sound) };
}
