import { TutorAvailabilityChangedEvent } from '../src/domain/events/tutor-availability-changed.event.ts';
import { TutorCreatedEvent } from '../src/domain/events/tutor-created.event.ts';
import { TutorDocumentUploadedEvent } from '../src/domain/events/tutor-document-uploaded.event.ts';
import { TutorProfileCreatedEvent } from '../src/domain/events/tutor-profile-created.event.ts';
import { TutorProfileSubmittedEvent } from '../src/domain/events/tutor-profile-submitted.event.ts';
import { TutorProfileUpdatedEvent } from '../src/domain/events/tutor-profile-updated.event.ts';
import { TutorRateChangedEvent } from '../src/domain/events/tutor-rate-changed.event.ts';
import { TutorReinstatedEvent } from '../src/domain/events/tutor-reinstated.event.ts';
import { TutorRejectedEvent } from '../src/domain/events/tutor-rejected.event.ts';
import { TutorReviewStartedEvent } from '../src/domain/events/tutor-review-started.event.ts';
import { TutorSuspendedEvent } from '../src/domain/events/tutor-suspended.event.ts';
import { TutorVerifiedEvent } from '../src/domain/events/tutor-verified.event.ts';
import type { Decision } from '../src/domain/value-objects/verification-decision.vo.ts';
import { TutorStanding } from '../src/domain/value-objects/tutor-standing.vo.ts';

export const tutorId = '0b9d3f1c-0000-4000-8000-000000000001';
export const admin = '0b9d3f1c-0000-4000-8000-0000000000aa';
export const about = { tutorId, userId: tutorId };
export const BIO = 'I have taught algebra for ten years and love patient questions.';
export const subjects = [{ code: 'algebra', level: 'high_school' }] as const;
export const availability = { weekly: [{ day: 1, from: '09:00', to: '12:00' }], exceptions: [] };
export const NOON = '2026-11-02T12:00:00.000Z';

export function standing(
  facts: { role?: string; status?: string; erased?: boolean; suspendedUntil?: string } = {},
): TutorStanding {
  return new TutorStanding({ role: 'tutor', status: 'active', erased: false, suspendedUntil: undefined, ...facts });
}
export const GOOD = standing();

export const created = new TutorProfileCreatedEvent({
  ...about,
  email: 'ada@example.org',
  firstName: 'Ada',
  lastName: 'Lovelace',
});
export const written = new TutorProfileUpdatedEvent({
  tutorId,
  changes: [
    { field: 'bio', to: BIO },
    { field: 'subjects', to: [...subjects] },
  ],
});
export const rated = new TutorRateChangedEvent({ tutorId, oldRate: 0, newRate: 4_500, currency: 'EUR' });
export const available = new TutorAvailabilityChangedEvent({ tutorId, timezone: 'Europe/Berlin', availability });
export const uploaded = (documentId: string, type: 'identity' | 'degree' | 'background_check') =>
  new TutorDocumentUploadedEvent({ tutorId, documentId, type, sha256: 'a'.repeat(64) });
export const complete = [created, written, rated, available, uploaded('d-1', 'identity'), uploaded('d-2', 'degree')];
export const announced = new TutorCreatedEvent({
  ...about,
  displayName: 'Ada L.',
  subjects: [...subjects],
  hourlyRate: 4_500,
  currency: 'EUR',
  languages: [],
  experienceLevel: 'beginner',
  timezone: 'Europe/Berlin',
  availability,
});
export const submitted = (attempt: number) =>
  new TutorProfileSubmittedEvent({ ...about, attempt, documentIds: ['d-1', 'd-2'], subjects: [...subjects] });
export const inReview = (attempt: number) => new TutorReviewStartedEvent({ tutorId, attempt });
export const verified = new TutorVerifiedEvent({ ...about, verifiedBy: admin, verifiedAt: NOON, subjects: [...subjects] });
export const rejected = (attempt: number) =>
  new TutorRejectedEvent({ ...about, attempt, reason: 'blurred', feedback: 'scan it again' });
export const suspended = (reason: string) => new TutorSuspendedEvent({ ...about, reason });
export const reinstated = (reason: string) => new TutorReinstatedEvent({ ...about, reason });

export const waiting = [...complete, announced, submitted(1)];
export const listed = [...waiting, inReview(1), verified];

export const decision = (fields: Partial<Decision> = {}): Decision => ({
  attempt: 1,
  decision: 'approved',
  reason: 'documents are fine',
  documents: [
    { id: 'd-1', status: 'approved' },
    { id: 'd-2', status: 'approved' },
  ],
  decidedBy: admin,
  decidedAt: NOON,
  ...fields,
});
