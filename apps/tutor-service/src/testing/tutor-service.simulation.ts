import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { ServicePorts, ServiceTwins, Twins } from '@edtech/shared-kernel/testing';
import { DocumentStore } from '../application/interfaces/document-store.interface.ts';
import { Erasures } from '../application/interfaces/erasures.interface.ts';
import {
  OnboardingProgress,
  type OnboardingStep,
  type PendingTimer,
} from '../application/interfaces/onboarding-progress.interface.ts';
import { TutorProfileRepository } from '../application/interfaces/repository.interface.ts';
import { TutorDashboards } from '../application/interfaces/tutor-dashboards.interface.ts';
import { Uploads, type UploadedFile } from '../application/interfaces/uploads.interface.ts';
import { UserCards } from '../application/interfaces/user-cards.interface.ts';
import { TutorProfile } from '../domain/entities/tutor-profile.entity.ts';
import type { TutorProfileState } from '../domain/entities/tutor-profile.state.ts';
import { tutorService } from '../tutor-service.module.ts';
import { MemoryTutorDashboards } from './memory-tutor-dashboards.ts';
import { MemoryDocuments, MemoryErasures, MemoryTutorProfiles } from './memory-tutor.repositories.ts';
import { MemoryUserCards } from './memory-user-cards.ts';
import { TutorTables, type CardRow } from './tutor-tables.ts';

/** There is no HTTP edge in a simulation, so no request carries a file. */
class NoUploads extends Uploads {
  of(): UploadedFile {
    throw new Error('a simulation has no requests; hand the bytes to the use case');
  }
}

/** Only a query of the edge asks for it. */
class NoProgress extends OnboardingProgress {
  async of(): Promise<{ steps: OnboardingStep[]; timers: PendingTimer[] }> {
    return { steps: [], timers: [] };
  }
}

/** tutor-service in memory. */
export const tutorServiceTwins: ServiceTwins = {
  definition: tutorService,
  open(database): ServicePorts {
    const tables = new TutorTables(database);
    const { profiles, erasures, cards, dashboards, noShows, payouts, documents } = tables;
    return {
      twins: (): Twins =>
        new Map<Parameters<Twins['get']>[0], object>([
          [TutorProfileRepository, new MemoryTutorProfiles(tables)],
          [UserCards, new MemoryUserCards(tables)],
          [OnboardingProgress, new NoProgress()],
          [Uploads, new NoUploads()],
          [Erasures, new MemoryErasures(tables)],
          [TutorDashboards, new MemoryTutorDashboards(tables)],
          [DocumentStore, new MemoryDocuments(tables)],
        ]),
      observable: () => ({
        profiles: Object.fromEntries([...profiles.committed].map(([id, { state }]) => [id, state])),
        cards: Object.fromEntries([...cards.committed].map(([id, row]) => [id, shown(row)])),
        erasures: [...erasures.committed.keys()].toSorted(),
        dashboards: Object.fromEntries(dashboards.committed),
        noShows: Object.fromEntries([...noShows.committed].map(([id, { tutorId, forgiven }]) => [id, { tutorId, forgiven }])),
        payouts: Object.fromEntries(payouts.committed),
        documents: [...documents.values.keys()].toSorted(),
      }),
      aggregates: {
        [TutorProfile.AGGREGATE_TYPE]: {
          stored: (id) => {
            const row = profiles.committed.get(id);
            return row && recordedPart(row.state);
          },
          replayed: (history) =>
            erasures.committed.has(history[0]?.aggregateId ?? '')
              ? undefined
              : recordedPart(TutorProfile.replay(asEvents(history)).state),
        },
      },
    };
  },
};

/** Without versions: a badge that followed every change of a tutor's standing makes a longer stream than one that followed the last. */
function shown({ person, role, status, suspendedUntil, erased, tutorSince, deactivatedAt, unlistedFor }: CardRow): object {
  const card = { person, role, status, suspendedUntil, erased };
  return { ...card, tutor: tutorSince !== undefined, unlisted: unlistedFor !== undefined && unlistedFor === deactivatedAt };
}

/** Names, sizes and verdicts of documents are state that no event carries. */
function recordedPart({ documents, ...state }: TutorProfileState): object {
  return { ...state, documents: documents.map(({ id, type, sha256 }) => ({ id, type, sha256 })) };
}

function asEvents(history: readonly RecordedEvent[]): Pick<RecordedEvent, 'eventName' | 'payload'>[] {
  return history.map(({ eventName, payload }) => ({ eventName, payload }));
}
