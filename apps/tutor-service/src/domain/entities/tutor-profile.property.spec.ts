import { contracts } from '@edtech/contracts';
import { DomainError, EventContracts, NO_STREAM } from '@edtech/shared-kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admin, BIO, GOOD, NOON, standing, tutorId } from '../../../test/tutor-profile.fixture.ts';
import { SUBJECT_CODES, SUBJECT_LEVELS } from '../../application/dto/profile-choices.ts';
import { DOCUMENT_TYPES } from '../value-objects/tutor-document.vo.ts';
import { TutorProfile } from './tutor-profile.entity.ts';
import { CURRENCIES, EXPERIENCE_LEVELS, type TutorProfileState } from './tutor-profile.state.ts';

type Command = (profile: TutorProfile) => void;

/** What the edge lets through. */
const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
const optional: { requiredKeys: never[] } = { requiredKeys: [] };
const time = fc.constantFrom('00:00', '08:30', '09:00', '12:00', '23:59', '24:00');
const window = { from: time, to: time };
const date = fc.constantFrom('2026-12-24', '2026-12-25', '2027-01-01');
const availability = fc.record({
  weekly: fc.array(fc.record({ day: fc.integer({ min: 1, max: 7 }), ...window }), { maxLength: 3 }),
  exceptions: fc.array(
    fc.oneof(
      fc.record({ date, closed: fc.constant(true as const) }),
      fc.record({ date, slots: fc.array(fc.record(window), { maxLength: 2 }) }),
    ),
    { maxLength: 2 },
  ),
});
const profileText = fc.record(
  {
    headline: fc.oneof(text(20), fc.constant('call +44 20 7946 0958')),
    bio: fc.oneof({ weight: 3, arbitrary: fc.constant(BIO) }, { weight: 1, arbitrary: text(60) }),
    subjects: fc.array(fc.record({ code: fc.constantFrom(...SUBJECT_CODES), level: fc.constantFrom(...SUBJECT_LEVELS) }), {
      maxLength: 3,
    }),
    languages: fc.array(fc.constantFrom('en', 'de', 'pt-BR'), { maxLength: 3 }),
    experienceLevel: fc.constantFrom(...EXPERIENCE_LEVELS),
    yearsOfExperience: fc.option(fc.nat({ max: 80 })),
    education: fc.array(fc.record({ institution: text(9), degree: text(9), year: fc.integer({ min: 1900, max: 2100 }) }), {
      maxLength: 2,
    }),
  },
  optional,
);
const rate = fc.record({
  hourlyRate: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.constantFrom(1_000, 50_000, 999, 50_001, 1_000.5, Number.NaN)),
  currency: fc.constantFrom(...CURRENCIES),
});
const document = fc.record({
  id: fc.uuid(),
  type: fc.constantFrom(...DOCUMENT_TYPES),
  sha256: fc.constantFrom('a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)),
  fileName: text(9),
  mediaType: fc.constant('application/pdf'),
  size: fc.nat(),
});
const whose = fc.oneof(
  { weight: 4, arbitrary: fc.constant(GOOD) },
  {
    weight: 1,
    arbitrary: fc
      .record(
        {
          role: fc.constantFrom('tutor', 'student'),
          status: fc.constantFrom('active', 'suspended'),
          erased: fc.boolean(),
          suspendedUntil: fc.constant(NOON),
        },
        optional,
      )
      .map(standing),
  },
);
const decision = fc.record({
  off: fc.constantFrom(0, 0, 0, -1, 1),
  decision: fc.constantFrom('approved', 'rejected', 'info_requested'),
  feedback: fc.option(
    text(9).map((words) => `.${words}`),
    { nil: undefined },
  ),
  items: fc.option(
    fc.array(
      text(5).map((words) => `.${words}`),
      { maxLength: 2 },
    ),
    { nil: undefined },
  ),
  verdict: fc.constantFrom('approved', 'rejected'),
});
const complete: Command = (profile) => {
  const file = { fileName: 'f', mediaType: 'application/pdf', size: 1 };
  const week = { weekly: [{ day: 1, from: '09:00', to: '12:00' }], exceptions: [] };
  profile.updateText({ bio: BIO, subjects: [{ code: 'algebra', level: 'adult' }] });
  profile.changeRate({ hourlyRate: 4_500, currency: 'EUR' });
  profile.setAvailability('Europe/Berlin', week);
  profile.uploadDocument({ ...file, id: tutorId, type: 'identity', sha256: 'd'.repeat(64) });
  profile.uploadDocument({ ...file, id: admin, type: 'degree', sha256: 'd'.repeat(64) });
};
/** Takes a complete profile through a review. */
const review =
  (outcome: 'approved' | 'rejected' | 'info_requested'): Command =>
  (profile) => {
    complete(profile);
    const attempt = profile.submit(GOOD);
    profile.markInReview(attempt);
    const documents = profile.state.documents.map(({ id }) => ({ id, status: 'approved' as const }));
    profile.applyDecision({ attempt, decision: outcome, reason: 'r', documents, decidedBy: admin, decidedAt: NOON }, GOOD);
  };
/** Of several steps: a refusal of the last leaves the events of the first. */
const several = [complete, review('approved'), review('rejected'), review('info_requested')];

const command = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...several) },
  profileText.map<Command>((update) => (profile) => profile.updateText(update)),
  rate.map<Command>((wanted) => (profile) => profile.changeRate(wanted)),
  fc.tuple(fc.constantFrom('Europe/Berlin', 'UTC', 'Mars/Base'), availability).map<Command>(
    ([zone, wanted]) =>
      (profile) =>
        profile.setAvailability(zone, wanted),
  ),
  fc.boolean().map<Command>((listed) => (profile) => profile.setListed(listed)),
  document.map<Command>((file) => (profile) => void profile.uploadDocument(file)),
  {
    weight: 3,
    arbitrary: fc
      .nat({ max: 2 })
      .map<Command>((at) => (profile) => profile.removeDocument(profile.state.documents.at(-1 - at)?.id ?? 'none')),
  },
  { weight: 3, arbitrary: whose.map<Command>((user) => (profile) => void profile.submit(user)) },
  fc.constant<Command>((profile) => profile.markInReview(profile.state.attempt)),
  {
    weight: 2,
    arbitrary: fc.tuple(decision, whose).map<Command>(([{ off, verdict, ...made }, user]) => (profile) => {
      const documents = profile.state.documents.map(({ id }) => ({ id, status: verdict }));
      profile.applyDecision(
        { ...made, attempt: profile.state.attempt + off, reason: 'r', documents, decidedBy: admin, decidedAt: NOON },
        user,
      );
    }),
  },
  whose.map<Command>((user) => (profile) => profile.reconsider(user)),
  { weight: 2, arbitrary: fc.constant<Command>((profile) => profile.suspend('no_shows')) },
  { weight: 3, arbitrary: whose.map<Command>((user) => (profile) => profile.reinstate('r', user)) },
  fc.constant<Command>((profile) => profile.initializeDashboard()),
  fc.constant<Command>((profile) => profile.completeOnboarding()),
);

/** Names of files and what a reviewer made of each stay out of the events, because a name may name a person. */
function inTheEvents({ documents, ...state }: TutorProfileState): unknown {
  return { ...state, documents: documents.map(({ id, type, sha256 }) => ({ id, type, sha256 })) };
}

test('A2 A3 whatever is asked of a profile: no change without an event, no event from a refusal, the same after a reload, and the events fold to its state', () => {
  const known = new EventContracts(contracts);
  const recordedNames = new Set<string>();
  const person = fc.record({ email: fc.constant('a@b.c'), firstName: text(8), lastName: text(8) });
  fc.assert(
    fc.property(person, fc.array(command, { maxLength: 40, size: 'max' }), ({ email, firstName, lastName }, commands) => {
      const profile = TutorProfile.create(tutorId, { email, firstName: `A${firstName}`, lastName: `B${lastName}` });
      for (const act of commands) {
        const before = { state: profile.state, events: profile.getUncommittedEvents().length };
        const loaded = TutorProfile.rehydrate(before.state, { ...NO_STREAM, version: before.events });
        const outcome = outcomeOf(act, profile, before.events);
        if (outcome.events.length === 0) expect(profile.state).toEqual(before.state);
        if (outcome.refused !== undefined && !several.includes(act)) expect(outcome.events).toEqual([]);
        expect(outcomeOf(act, loaded, 0)).toEqual(outcome);
        expect([loaded.state, loaded.streamVersion]).toEqual([profile.state, profile.streamVersion]);
      }
      const recorded = profile.getUncommittedEvents();
      for (const { eventName, payload } of recorded) {
        recordedNames.add(eventName);
        expect(known.get(eventName).parse(payload)).toEqual(payload);
      }
      const stored = recorded.map(({ eventName, payload }) => ({ eventName, payload: JSON.parse(JSON.stringify(payload)) }));
      const replayed = TutorProfile.replay(stored);
      expect(inTheEvents(replayed.state)).toEqual(inTheEvents(profile.state));
      expect(replayed.status).toBe(profile.status);
    }),
    { numRuns: 150 },
  );
  expect(recordedNames).toEqual(new Set(contracts.filter(isOfProfile).map(({ name }) => name)));
});

/** The events that a command adds and the code of its refusal, if it is refused. Whatever else is thrown is a fault. */
function outcomeOf(act: Command, profile: TutorProfile, before: number) {
  let refused: string | undefined;
  try {
    act(profile);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    refused = error.code;
  }
  const added = profile.getUncommittedEvents().slice(before);
  return { refused, events: added.map(({ eventName, payload }) => ({ eventName, payload })) };
}

function isOfProfile({ aggregateType }: { readonly aggregateType: string }): boolean {
  return aggregateType === TutorProfile.AGGREGATE_TYPE;
}
