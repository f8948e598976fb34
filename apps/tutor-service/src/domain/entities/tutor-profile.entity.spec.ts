import { given } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import {
  about,
  NOON,
  standing,
  GOOD,
  created,
  written,
  rated,
  available,
  uploaded,
  complete,
  announced,
  submitted,
  inReview,
  verified,
  rejected,
  suspended,
  reinstated,
  waiting,
  listed,
  decision,
} from '../../../test/tutor-profile.fixture.ts';
import { AttemptsExhausted, InvalidState, ProfileIncomplete } from '../errors/tutor.errors.ts';
import { TutorInfoRequestedEvent } from '../events/tutor-info-requested.event.ts';
import { TutorSuspendedEvent } from '../events/tutor-suspended.event.ts';
import { TutorProfile } from './tutor-profile.entity.ts';

describe('decision table 12.4: Submit', () => {
  test('G46 the first complete submission is announced as tutor.created and submitted', () =>
    given(TutorProfile, complete)
      .when((profile) => void profile.submit(GOOD))
      .then([announced, submitted(1)]));

  test('a profile that was sent back is submitted again, as the next attempt and without tutor.created', () => {
    const asked = new TutorInfoRequestedEvent({ ...about, attempt: 1, reason: 'unclear', items: ['degree'] });
    for (const sentBack of [rejected(1), asked]) {
      given(TutorProfile, [...waiting, sentBack])
        .when((profile) => void profile.submit(GOOD))
        .then([submitted(2)]);
    }
  });

  test('everything that is missing is named', () => {
    const draft = TutorProfile.replay([created]);
    expect(() => draft.submit(standing({ status: 'pending_verification', role: 'student' }))).toThrow(
      expect.objectContaining({
        code: 'PROFILE_INCOMPLETE',
        missing: [
          'active_user',
          'tutor_role',
          'bio',
          'subjects',
          'rate',
          'availability',
          'identity_document',
          'qualification_document',
        ],
      }),
    );
  });

  test.each([
    ['a bio of 50 characters', written],
    ['a rate', rated],
    ['a window', available],
    ['an identity document', complete[4]],
    ['a qualification', complete[5]],
  ])('%s is needed', (_what, left) => {
    given(
      TutorProfile,
      complete.filter((event) => event !== left),
    )
      .when((profile) => void profile.submit(GOOD))
      .then(ProfileIncomplete);
  });

  test('a background check is no qualification', () =>
    given(TutorProfile, [...complete.slice(0, 5), uploaded('d-3', 'background_check')])
      .when((profile) => void profile.submit(GOOD))
      .then(ProfileIncomplete));

  test('a user who is not active or no tutor cannot submit', () => {
    given(TutorProfile, complete)
      .when((profile) => void profile.submit(standing({ status: 'suspended' })))
      .then(ProfileIncomplete);
    given(TutorProfile, complete)
      .when((profile) => void profile.submit(standing({ role: 'student' })))
      .then(ProfileIncomplete);
  });

  test('a profile under review or verified is not submitted twice', () => {
    for (const history of [waiting, [...waiting, inReview(1)], listed]) {
      given(TutorProfile, history)
        .when((profile) => void profile.submit(GOOD))
        .then(InvalidState);
    }
  });

  test('the fifth attempt is the last', () => {
    const four = [...waiting, rejected(1), submitted(2), rejected(2), submitted(3), rejected(3), submitted(4), rejected(4)];
    given(TutorProfile, four)
      .when((profile) => void profile.submit(GOOD))
      .then([submitted(5)]);
    given(TutorProfile, [...four, submitted(5), rejected(5)])
      .when((profile) => void profile.submit(GOOD))
      .then(AttemptsExhausted);
  });
});

describe('decision table 12.4: MarkInReview and ApplyDecision', () => {
  test('a submitted profile goes into review once, and only for its attempt', () => {
    given(TutorProfile, waiting)
      .when((profile) => profile.markInReview(1))
      .then([inReview(1)]);
    given(TutorProfile, waiting)
      .when((profile) => profile.markInReview(2))
      .then([]);
    for (const history of [complete, [...waiting, inReview(1)], listed]) {
      given(TutorProfile, history)
        .when((profile) => profile.markInReview(1))
        .then([]);
    }
  });

  test('an approval verifies, before or after the review was seen to start', () => {
    for (const history of [waiting, [...waiting, inReview(1)]]) {
      given(TutorProfile, history)
        .when((profile) => profile.applyDecision(decision(), GOOD))
        .then([verified]);
    }
  });

  test('a rejection and a question say why', () => {
    given(TutorProfile, waiting)
      .when((profile) =>
        profile.applyDecision(decision({ decision: 'rejected', reason: 'blurred', feedback: 'scan it again' }), GOOD),
      )
      .then([rejected(1)]);
    given(TutorProfile, waiting)
      .when((profile) =>
        profile.applyDecision(decision({ decision: 'info_requested', reason: 'unclear', items: ['degree'] }), GOOD),
      )
      .then([new TutorInfoRequestedEvent({ ...about, attempt: 1, reason: 'unclear', items: ['degree'] })]);
  });

  test('a decision that comes again or is about another attempt is ignored', () => {
    const again = [...waiting, rejected(1), submitted(2)];
    given(TutorProfile, again)
      .when((profile) => profile.applyDecision(decision({ attempt: 1 }), GOOD))
      .then([]);
    given(TutorProfile, listed)
      .when((profile) => profile.applyDecision(decision(), GOOD))
      .then([]);
  });

  test('an approval of a user who may not teach verifies and suspends at once', () =>
    given(TutorProfile, waiting)
      .when((profile) => profile.applyDecision(decision(), standing({ status: 'suspended' })))
      .then([verified, suspended('user_suspended')]));

  test('an approved document stays approved whatever a later decision says', () => {
    const profile = TutorProfile.replay(waiting);
    profile.applyDecision(
      decision({ decision: 'info_requested', items: ['degree'], documents: [{ id: 'd-1', status: 'approved' }] }),
      GOOD,
    );
    profile.submit(GOOD);
    profile.applyDecision(decision({ attempt: 2, decision: 'rejected', documents: [{ id: 'd-1', status: 'rejected' }] }), GOOD);
    expect(profile.state.documents.map(({ id, status }) => [id, status])).toEqual([
      ['d-1', 'approved'],
      ['d-2', 'uploaded'],
    ]);
  });
});

describe('decision table 12.4: Suspend and Reinstate', () => {
  test('a verified profile is suspended once', () => {
    given(TutorProfile, listed)
      .when((profile) => profile.suspend('no_shows'))
      .then([suspended('no_shows')]);
    given(TutorProfile, [...listed, suspended('no_shows')])
      .when((profile) => profile.suspend('support: fraud'))
      .then([]);
  });

  test('earlier states keep their state', () => {
    given(TutorProfile, waiting)
      .when((profile) => profile.suspend('no_shows'))
      .then(InvalidState);
    given(TutorProfile, waiting)
      .when((profile) => profile.reconsider(standing({ status: 'suspended' })))
      .then([]);
  });

  test('what the user brought about ends with the user, and only that', () => {
    given(TutorProfile, listed)
      .when((profile) => profile.reconsider(standing({ status: 'suspended', suspendedUntil: NOON })))
      .then([new TutorSuspendedEvent({ ...about, reason: 'user_suspended', until: NOON })]);
    given(TutorProfile, [...listed, suspended('user_suspended')])
      .when((profile) => profile.reconsider(GOOD))
      .then([reinstated('user_suspended')]);
    given(TutorProfile, [...listed, suspended('no_shows')])
      .when((profile) => profile.reconsider(GOOD))
      .then([]);
  });

  test('a reason of this service is kept on top of the user’s, and outlasts it', () => {
    given(TutorProfile, [...listed, suspended('user_suspended')])
      .when((profile) => profile.suspend('no_shows'))
      .then([suspended('no_shows')]);
    given(TutorProfile, [...listed, suspended('user_suspended'), suspended('no_shows')])
      .when((profile) => profile.reconsider(GOOD))
      .then([]);
  });

  test('G28 the reason is the one that holds now, whichever came first', () => {
    given(TutorProfile, [...listed, suspended('role_changed')])
      .when((profile) => profile.reconsider(standing({ status: 'suspended' })))
      .then([suspended('user_suspended')]);
  });

  test('reconsidering twice changes nothing', () => {
    given(TutorProfile, [...listed, suspended('role_changed')])
      .when((profile) => profile.reconsider(standing({ role: 'student' })))
      .then([]);
    given(TutorProfile, listed)
      .when((profile) => profile.reconsider(GOOD))
      .then([]);
  });

  test('a suspended profile is reinstated once, unless the user may not teach', () => {
    const history = [...listed, suspended('no_shows')];
    given(TutorProfile, history)
      .when((profile) => profile.reinstate('talked to her', GOOD))
      .then([reinstated('talked to her')]);
    given(TutorProfile, [...history, reinstated('talked to her')])
      .when((profile) => profile.reinstate('talked to her', GOOD))
      .then([]);
    given(TutorProfile, history)
      .when((profile) => profile.reinstate('talked to her', standing({ role: 'student' })))
      .then(InvalidState);
    given(TutorProfile, waiting)
      .when((profile) => profile.reinstate('talked to her', GOOD))
      .then(InvalidState);
  });
});
