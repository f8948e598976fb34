import {
  AggregateRoot,
  canonicalJson,
  NO_STREAM,
  type BaseDomainEvent,
  type StreamPosition,
  type When,
} from '@edtech/shared-kernel/domain';
import {
  AttemptsExhausted,
  ContactDataInBio,
  DocumentLocked,
  InvalidState,
  ProfileIncomplete,
  RateOutOfBounds,
} from '../errors/tutor.errors.ts';
import { TutorAvailabilityChangedEvent } from '../events/tutor-availability-changed.event.ts';
import { TutorCreatedEvent } from '../events/tutor-created.event.ts';
import { TutorDashboardInitializedEvent } from '../events/tutor-dashboard-initialized.event.ts';
import { TutorDocumentRemovedEvent } from '../events/tutor-document-removed.event.ts';
import { TutorDocumentUploadedEvent } from '../events/tutor-document-uploaded.event.ts';
import { TutorInfoRequestedEvent } from '../events/tutor-info-requested.event.ts';
import { TutorListingChangedEvent } from '../events/tutor-listing-changed.event.ts';
import { TutorOnboardingCompletedEvent } from '../events/tutor-onboarding-completed.event.ts';
import { TutorProfileCreatedEvent } from '../events/tutor-profile-created.event.ts';
import { TutorProfileSubmittedEvent } from '../events/tutor-profile-submitted.event.ts';
import { TutorProfileUpdatedEvent } from '../events/tutor-profile-updated.event.ts';
import { TutorRateChangedEvent } from '../events/tutor-rate-changed.event.ts';
import { TutorReinstatedEvent } from '../events/tutor-reinstated.event.ts';
import { TutorRejectedEvent } from '../events/tutor-rejected.event.ts';
import { TutorReviewStartedEvent } from '../events/tutor-review-started.event.ts';
import { TutorSuspendedEvent } from '../events/tutor-suspended.event.ts';
import { TutorVerifiedEvent } from '../events/tutor-verified.event.ts';
import { missingIn, usableDocuments } from '../services/profile-completeness.ts';
import { checkedAvailability, type Availability } from '../value-objects/availability.vo.ts';
import { containsContactData } from '../value-objects/contact-data.ts';
import type { TutorDocument } from '../value-objects/tutor-document.vo.ts';
import { reviewed, type Decision } from '../value-objects/verification-decision.vo.ts';
import { isBar, type TutorStanding } from '../value-objects/tutor-standing.vo.ts';
import type { Person } from '../value-objects/user-card.vo.ts';
import { textChanges } from './text-changes.ts';
import {
  BLANK,
  type HourlyRate,
  type ProfileStatus,
  type ProfileTextUpdate,
  type TutorProfileState,
} from './tutor-profile.state.ts';

const MOST_ATTEMPTS = 5;
/** Minor units per hour. */
const LEAST_RATE = 1_000;
const MOST_RATE = 50_000;

type TutorProfileEvents =
  | typeof TutorProfileCreatedEvent
  | typeof TutorCreatedEvent
  | typeof TutorProfileSubmittedEvent
  | typeof TutorReviewStartedEvent
  | typeof TutorVerifiedEvent
  | typeof TutorRejectedEvent
  | typeof TutorInfoRequestedEvent
  | typeof TutorSuspendedEvent
  | typeof TutorReinstatedEvent
  | typeof TutorProfileUpdatedEvent
  | typeof TutorRateChangedEvent
  | typeof TutorAvailabilityChangedEvent
  | typeof TutorListingChangedEvent
  | typeof TutorDocumentUploadedEvent
  | typeof TutorDocumentRemovedEvent
  | typeof TutorDashboardInitializedEvent
  | typeof TutorOnboardingCompletedEvent;

/** One tutor's listing: `draft → submitted → in_review → verified | rejected | info_requested`, `verified ⇄ suspended`. */
export class TutorProfile extends AggregateRoot<TutorProfileEvents> {
  static override readonly AGGREGATE_TYPE = 'TutorProfile';
  #state = BLANK;

  protected readonly when: When<TutorProfileEvents> = {
    'tutor.profile_created': ({ tutorId, firstName, lastName }) =>
      this.#change({ id: tutorId, displayName: shownName(firstName, lastName) }),
    'tutor.created': () => undefined,
    'tutor.profile_submitted': ({ attempt }) => this.#change({ verification: 'submitted', attempt, feedback: null }),
    'tutor.review_started': () => this.#change({ verification: 'in_review' }),
    'tutor.verified': () => this.#change({ verification: 'verified' }),
    'tutor.rejected': ({ reason, feedback }) =>
      this.#change({ verification: 'rejected', feedback: { reason, feedback, items: [] } }),
    'tutor.info_requested': ({ reason, feedback = null, items }) =>
      this.#change({ verification: 'info_requested', feedback: { reason, feedback, items } }),
    'tutor.suspended': ({ reason, until = null }) => this.#change({ suspension: { reason, until } }),
    'tutor.reinstated': () => this.#change({ suspension: null }),
    'tutor.profile_updated': ({ changes }) =>
      this.#change(Object.fromEntries(changes.map(({ field, to }) => [field, to] as const))),
    'tutor.rate_changed': ({ newRate, currency }) => this.#change({ hourlyRate: newRate, currency }),
    'tutor.availability_changed': ({ timezone, availability }) => this.#change({ timezone, availability }),
    'tutor.listing_changed': ({ listed }) => this.#change({ listed }),
    'tutor.document_uploaded': ({ documentId, type, sha256 }) =>
      this.#change({
        documents: [
          ...this.#state.documents,
          { id: documentId, type, sha256, fileName: '', mediaType: '', size: 0, status: 'uploaded' },
        ],
      }),
    'tutor.document_removed': ({ documentId }) =>
      this.#change({ documents: this.#state.documents.filter(({ id }) => id !== documentId) }),
    'tutor.dashboard_initialized': () => this.#change({ dashboardInitialized: true }),
    'tutor.onboarding_completed': () => this.#change({ onboardingCompleted: true }),
  };

  /** A draft for a user; its id is the user's. */
  static create(userId: string, { email, firstName, lastName }: Person): TutorProfile {
    const profile = new TutorProfile();
    profile.record(new TutorProfileCreatedEvent({ tutorId: userId, userId, email, firstName, lastName }));
    return profile;
  }

  static rehydrate(state: TutorProfileState, position: StreamPosition): TutorProfile {
    const profile = new TutorProfile();
    profile.#state = state;
    profile.standAt(position);
    return profile;
  }

  /** The profile that a whole history leads to, for reading only: its position names no hash to append to. */
  static replay(history: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): TutorProfile {
    const profile = new TutorProfile();
    for (const { eventName, payload } of history) profile.fold(eventName, payload);
    profile.standAt({ ...NO_STREAM, version: history.length });
    return profile;
  }

  get id(): string {
    return this.#state.id;
  }
  get status(): ProfileStatus {
    return this.#state.suspension === null ? this.#state.verification : 'suspended';
  }
  /** A copy: what is done to it changes nothing here. */
  get state(): TutorProfileState {
    return structuredClone(this.#state);
  }
  /** Whether the public may see it. */
  get visible(): boolean {
    return this.status === 'verified' && this.#state.listed;
  }

  updateText(text: ProfileTextUpdate): void {
    for (const field of ['bio', 'headline'] as const) {
      if (containsContactData(text[field] ?? '')) throw new ContactDataInBio(field);
    }
    const changes = textChanges(this.#state, text);
    if (changes.length > 0) this.record(new TutorProfileUpdatedEvent({ tutorId: this.id, changes }));
  }

  /** Counts for new bookings only: the others have kept theirs. */
  changeRate({ hourlyRate, currency }: HourlyRate): void {
    const isAllowed = Number.isInteger(hourlyRate) && hourlyRate >= LEAST_RATE && hourlyRate <= MOST_RATE;
    if (!isAllowed) throw new RateOutOfBounds(hourlyRate, LEAST_RATE, MOST_RATE);
    if (hourlyRate === this.#state.hourlyRate && currency === this.#state.currency) return;
    const oldRate = this.#state.hourlyRate ?? 0;
    this.record(new TutorRateChangedEvent({ tutorId: this.id, oldRate, newRate: hourlyRate, currency }));
  }

  setAvailability(timezone: string, wanted: Availability): void {
    const availability = checkedAvailability(timezone, wanted);
    const same = canonicalJson(availability) === canonicalJson(this.#state.availability);
    if (same && timezone === this.#state.timezone) return;
    this.record(new TutorAvailabilityChangedEvent({ tutorId: this.id, timezone, availability }));
  }

  setListed(listed: boolean): void {
    if (listed !== this.#state.listed) this.record(new TutorListingChangedEvent({ tutorId: this.id, listed }));
  }

  /** Answers the id under which the document is kept: the one it has already when the same file was uploaded as the same type before. */
  uploadDocument(document: Omit<TutorDocument, 'status'>): string {
    const { id, type, sha256 } = document;
    const same = this.#state.documents.find((kept) => kept.type === type && kept.sha256 === sha256 && kept.status !== 'rejected');
    if (same !== undefined) return same.id;
    this.record(new TutorDocumentUploadedEvent({ tutorId: this.id, documentId: id, type, sha256 }));
    // A file's name may name a person, so the event does not carry it.
    this.#change({
      documents: this.#state.documents.map((kept) => (kept.id === id ? { ...document, status: 'uploaded' } : kept)),
    });
    return id;
  }

  removeDocument(documentId: string): void {
    const document = this.#state.documents.find(({ id }) => id === documentId);
    if (document === undefined) return;
    if (document.status === 'approved') throw new DocumentLocked(documentId, 'approved');
    if (this.#underReview) throw new DocumentLocked(documentId, 'under review');
    const { type, sha256 } = document;
    this.record(new TutorDocumentRemovedEvent({ tutorId: this.id, documentId, type, sha256 }));
  }

  /** Answers the number of the attempt. */
  submit(standing: TutorStanding): number {
    const { verification, attempt, subjects } = this.#state;
    if (this.#underReview || verification === 'verified') {
      throw new InvalidState(this.id, this.status, 'only a draft or a profile that was sent back can be submitted');
    }
    if (attempt >= MOST_ATTEMPTS) throw new AttemptsExhausted(this.id, attempt);
    const missing = [...standing.missing, ...missingIn(this.#state)];
    if (missing.length > 0) throw new ProfileIncomplete(this.id, missing);
    if (attempt === 0) this.#announce();
    this.record(
      new TutorProfileSubmittedEvent({
        tutorId: this.id,
        userId: this.id,
        attempt: attempt + 1,
        documentIds: usableDocuments(this.#state).map(({ id }) => id),
        subjects,
      }),
    );
    return attempt + 1;
  }

  markInReview(attempt: number): void {
    if (this.#state.verification !== 'submitted' || attempt !== this.#state.attempt) return;
    this.record(new TutorReviewStartedEvent({ tutorId: this.id, attempt }));
  }

  /** A decision on another attempt, or on one that was decided, changes nothing. */
  applyDecision(decision: Decision, standing: TutorStanding): void {
    if (!this.#underReview || decision.attempt !== this.#state.attempt) return;
    const about = { tutorId: this.id, userId: this.id };
    const { attempt, reason, feedback, items = [], decidedBy, decidedAt } = decision;
    // The events say what became of the profile; what became of each document is the case's own event.
    this.#change({ documents: reviewed(this.#state.documents, decision) });
    if (decision.decision === 'approved') {
      const { subjects } = this.#state;
      this.record(new TutorVerifiedEvent({ ...about, verifiedBy: decidedBy, verifiedAt: decidedAt, subjects }));
      this.reconsider(standing);
    } else if (decision.decision === 'rejected') {
      this.record(new TutorRejectedEvent({ ...about, attempt, reason, feedback: feedback ?? reason }));
    } else {
      this.record(
        new TutorInfoRequestedEvent({ ...about, attempt, reason, items, ...(feedback === undefined ? {} : { feedback }) }),
      );
    }
  }

  /**
   * Follows what became of the user: suspends the profile of a user who may not teach, for the reason that holds now, and reinstates it when
   * that was the only one.
   */
  reconsider(standing: TutorStanding): void {
    const { suspension, verification } = this.#state;
    if (verification !== 'verified' || (suspension !== null && !isBar(suspension.reason))) return;
    const { bar, until } = standing;
    if (bar === undefined) {
      if (suspension !== null) this.#reinstate(suspension.reason);
    } else if (suspension?.reason !== bar || suspension.until !== (until ?? null)) this.#suspend(bar, until);
  }

  /** For a reason of this service, which outlasts any reason of the user's; until somebody reinstates it. */
  suspend(reason: string): void {
    const { suspension, verification } = this.#state;
    if (verification !== 'verified') throw new InvalidState(this.id, this.status, 'only a verified profile can be suspended');
    if (suspension === null || isBar(suspension.reason)) this.#suspend(reason);
  }

  reinstate(reason: string, standing: TutorStanding): void {
    if (this.status === 'verified') return;
    if (this.status !== 'suspended') throw new InvalidState(this.id, this.status, 'only a suspended profile can be reinstated');
    if (standing.bar !== undefined) throw new InvalidState(this.id, standing.bar, 'settle that for the user first');
    this.#reinstate(reason);
  }

  initializeDashboard(): void {
    if (!this.#state.dashboardInitialized) this.record(new TutorDashboardInitializedEvent({ tutorId: this.id }));
  }

  completeOnboarding(): void {
    if (!this.#state.onboardingCompleted) this.record(new TutorOnboardingCompletedEvent({ tutorId: this.id }));
  }

  get #underReview(): boolean {
    return this.#state.verification === 'submitted' || this.#state.verification === 'in_review';
  }

  #announce(): void {
    const { displayName, subjects, hourlyRate, currency, languages, experienceLevel, timezone, availability } = this.#state;
    this.record(
      new TutorCreatedEvent({
        tutorId: this.id,
        userId: this.id,
        displayName,
        subjects,
        hourlyRate: hourlyRate ?? 0,
        currency,
        languages,
        experienceLevel,
        timezone: timezone ?? 'UTC',
        availability,
      }),
    );
  }

  #suspend(reason: string, until?: string): void {
    const about = { tutorId: this.id, userId: this.id, reason };
    this.record(new TutorSuspendedEvent(until === undefined ? about : { ...about, until }));
  }

  #reinstate(reason: string): void {
    this.record(new TutorReinstatedEvent({ tutorId: this.id, userId: this.id, reason }));
  }

  #change(changes: Partial<TutorProfileState>): void {
    this.#state = { ...this.#state, ...changes };
  }
}

/** The first name and an initial; short enough for every contract that carries it. */
function shownName(firstName: string, lastName: string): string {
  const [initial = ''] = lastName;
  return `${firstName.slice(0, 190)} ${initial}.`;
}
