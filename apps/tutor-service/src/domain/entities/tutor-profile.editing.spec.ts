import { given } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import {
  tutorId,
  BIO,
  subjects,
  availability,
  GOOD,
  created,
  written,
  rated,
  complete,
  suspended,
  waiting,
  listed,
  decision,
} from '../../../test/tutor-profile.fixture.ts';
import {
  AvailabilityOverlap,
  ContactDataInBio,
  DocumentLocked,
  InvalidWindow,
  InvalidZone,
  RateOutOfBounds,
} from '../errors/tutor.errors.ts';
import { TutorAvailabilityChangedEvent } from '../events/tutor-availability-changed.event.ts';
import { TutorDashboardInitializedEvent } from '../events/tutor-dashboard-initialized.event.ts';
import { TutorDocumentRemovedEvent } from '../events/tutor-document-removed.event.ts';
import { TutorListingChangedEvent } from '../events/tutor-listing-changed.event.ts';
import { TutorOnboardingCompletedEvent } from '../events/tutor-onboarding-completed.event.ts';
import { TutorRateChangedEvent } from '../events/tutor-rate-changed.event.ts';
import { TutorProfile } from './tutor-profile.entity.ts';

describe('what the tutor changes', () => {
  test('a text is recorded field by field, once', () => {
    given(TutorProfile, [created])
      .when((profile) => profile.updateText({ bio: BIO, subjects, headline: '' }))
      .then([written]);
    given(TutorProfile, [created, written])
      .when((profile) => profile.updateText({ bio: BIO, subjects: [{ level: 'high_school', code: 'algebra' }] }))
      .then([]);
  });

  test('contact data is refused in bio and headline', () => {
    given(TutorProfile, [created])
      .when((profile) => profile.updateText({ bio: `${BIO} ada@example.org` }))
      .then(ContactDataInBio);
    given(TutorProfile, [created])
      .when((profile) => profile.updateText({ headline: 'www.ada.example' }))
      .then(ContactDataInBio);
  });

  test('a rate of whole minor units inside the bounds is recorded once', () => {
    given(TutorProfile, [created])
      .when((profile) => profile.changeRate({ hourlyRate: 4_500, currency: 'EUR' }))
      .then([rated]);
    given(TutorProfile, [created, rated])
      .when((profile) => profile.changeRate({ hourlyRate: 4_500, currency: 'EUR' }))
      .then([]);
    for (const hourlyRate of [1_000, 50_000]) {
      given(TutorProfile, [created])
        .when((profile) => profile.changeRate({ hourlyRate, currency: 'USD' }))
        .then([new TutorRateChangedEvent({ tutorId, oldRate: 0, newRate: hourlyRate, currency: 'USD' })]);
    }
    for (const hourlyRate of [0, 999, 50_001, 1_000.5, Number.NaN]) {
      given(TutorProfile, [created])
        .when((profile) => profile.changeRate({ hourlyRate, currency: 'USD' }))
        .then(RateOutOfBounds);
    }
  });

  test('availability is recorded once, in order', () => {
    const mixed = {
      weekly: [
        { day: 2, from: '08:00', to: '09:00' },
        { day: 1, from: '12:00', to: '13:00' },
        { day: 1, from: '09:00', to: '12:00' },
      ],
      exceptions: [],
    };
    const sorted = { weekly: mixed.weekly.toReversed(), exceptions: [] };
    const recorded = new TutorAvailabilityChangedEvent({ tutorId, timezone: 'Europe/Berlin', availability: sorted });
    given(TutorProfile, [created])
      .when((profile) => profile.setAvailability('Europe/Berlin', mixed))
      .then([recorded]);
    given(TutorProfile, [created, recorded])
      .when((profile) => profile.setAvailability('Europe/Berlin', mixed))
      .then([]);
  });

  test.each([
    ['Mars/Base', availability, InvalidZone],
    ['+02:00', availability, InvalidZone],
    ['Europe/Berlin', { weekly: [{ day: 1, from: '12:00', to: '12:00' }], exceptions: [] }, InvalidWindow],
    [
      'Europe/Berlin',
      { weekly: [...availability.weekly, { day: 1, from: '11:59', to: '13:00' }], exceptions: [] },
      AvailabilityOverlap,
    ],
    [
      'Europe/Berlin',
      {
        weekly: [],
        exceptions: [
          { date: '2026-12-24', closed: true },
          { date: '2026-12-24', slots: [] },
        ],
      },
      AvailabilityOverlap,
    ],
  ] as const)('availability in %s is refused when it makes no sense', (zone, wanted, refusal) =>
    given(TutorProfile, [created])
      .when((profile) => profile.setAvailability(zone, wanted))
      .then(refusal),
  );

  test('a listing changes once', () => {
    const unlisted = new TutorListingChangedEvent({ tutorId, listed: false });
    given(TutorProfile, listed)
      .when((profile) => profile.setListed(false))
      .then([unlisted]);
    given(TutorProfile, [...listed, unlisted])
      .when((profile) => profile.setListed(false))
      .then([]);
  });

  test('only a verified and listed profile is visible', () => {
    const unlisted = new TutorListingChangedEvent({ tutorId, listed: false });
    expect(TutorProfile.replay(listed).visible).toBe(true);
    for (const history of [complete, waiting, [...listed, unlisted], [...listed, suspended('no_shows')]]) {
      expect(TutorProfile.replay(history).visible).toBe(false);
    }
  });

  test('what is done to a copy of the state changes nothing', () => {
    const profile = TutorProfile.replay(complete);
    Object.assign(profile.state.documents, []).length = 0;
    expect(profile.state.documents).toHaveLength(2);
  });
});

describe('documents', () => {
  const file = {
    id: 'd-1',
    type: 'identity',
    fileName: 'me.pdf',
    mediaType: 'application/pdf',
    sha256: 'a'.repeat(64),
    size: 9,
  } as const;

  test('the same file is kept once', () => {
    const profile = TutorProfile.replay([created]);
    expect(profile.uploadDocument(file)).toBe('d-1');
    expect(profile.uploadDocument({ ...file, id: 'd-9' })).toBe('d-1');
    expect(profile.getUncommittedEvents()).toHaveLength(1);
    expect(profile.state.documents).toEqual([{ ...file, status: 'uploaded' }]);
  });

  test('a draft’s document is removed once', () => {
    const removed = new TutorDocumentRemovedEvent({ tutorId, documentId: 'd-1', type: 'identity', sha256: 'a'.repeat(64) });
    given(TutorProfile, complete)
      .when((profile) => profile.removeDocument('d-1'))
      .then([removed]);
    given(TutorProfile, [...complete, removed])
      .when((profile) => profile.removeDocument('d-1'))
      .then([]);
  });

  test('documents under review and approved ones stay', () => {
    given(TutorProfile, waiting)
      .when((profile) => profile.removeDocument('d-1'))
      .then(DocumentLocked);
    const profile = TutorProfile.replay(waiting);
    profile.applyDecision(decision(), GOOD);
    expect(() => profile.removeDocument('d-1')).toThrow(expect.objectContaining({ code: 'DOCUMENT_LOCKED', reason: 'approved' }));
  });
});

describe('onboarding', () => {
  test('dashboard and end of the onboarding are recorded once', () => {
    const dashboard = new TutorDashboardInitializedEvent({ tutorId });
    const completed = new TutorOnboardingCompletedEvent({ tutorId });
    given(TutorProfile, [created])
      .when((profile) => profile.initializeDashboard())
      .then([dashboard]);
    given(TutorProfile, [created])
      .when((profile) => profile.completeOnboarding())
      .then([completed]);
    given(TutorProfile, [created, dashboard, completed])
      .when((profile) => {
        profile.initializeDashboard();
        profile.completeOnboarding();
      })
      .then([]);
  });
});
