import type { MemoryBucket, MemoryDatabase, MemoryTable, StoredAggregate } from '@edtech/shared-kernel/testing';
import type { Payout } from '../application/interfaces/tutor-dashboards.interface.ts';
import type { TutorProfileState } from '../domain/entities/tutor-profile.state.ts';
import type { Person } from '../domain/value-objects/user-card.vo.ts';

/** One row of `user_cards`: each group of fields has the version it was taken from. */
export interface CardRow {
  readonly userId: string;
  readonly personVersion: number;
  readonly person: Person | undefined;
  readonly roleVersion: number;
  readonly role: string | undefined;
  readonly statusVersion: number;
  readonly status: string | undefined;
  readonly suspendedUntil: string | undefined;
  readonly tutorSince: number | undefined;
  readonly deactivatedAt: number | undefined;
  readonly unlistedFor: number | undefined;
  readonly erased: boolean;
}

/** The rows of tutor-service in memory, and the files of its documents. */
export class TutorTables {
  readonly profiles: MemoryTable<StoredAggregate<TutorProfileState>>;
  readonly erasures: MemoryTable<StoredAggregate<{ readonly id: string }>>;
  readonly cards: MemoryTable<CardRow>;
  readonly dashboards: MemoryTable<{ readonly lessons: number; readonly reviews: number; readonly ratings: number }>;
  readonly noShows: MemoryTable<{ readonly tutorId: string; readonly missedAt: Date; readonly forgiven: boolean }>;
  readonly noShowLocks: MemoryTable<object>;
  readonly payouts: MemoryTable<Payout>;
  readonly documents: MemoryBucket<Uint8Array>;

  constructor(readonly database: MemoryDatabase) {
    this.profiles = database.table('tutor-profiles');
    this.erasures = database.table('tutor-erasures');
    this.cards = database.table('user-cards');
    this.dashboards = database.table('tutor-dashboard');
    this.noShows = database.table('tutor-no-shows');
    this.noShowLocks = database.table('tutor-no-show-locks');
    this.payouts = database.table('tutor-payouts');
    this.documents = database.bucket('documents');
  }
}
