import { DomainError } from '@edtech/shared-kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admin, complete, NOON, rejected, standing, submitted } from '../../../test/tutor-profile.fixture.ts';
import type { DocumentType, TutorDocument } from '../value-objects/tutor-document.vo.ts';
import type { Decision } from '../value-objects/verification-decision.vo.ts';
import { TutorProfile } from './tutor-profile.entity.ts';
import type { ProfileStatus } from './tutor-profile.state.ts';

type Verification = Exclude<ProfileStatus, 'suspended'>;
type Kept = Pick<TutorDocument, 'id' | 'type' | 'status'>;

/** What the decision table of the design speaks about. Text, rate and availability are complete. */
interface Model {
  verification: Verification;
  attempt: number;
  suspendedFor: string | null;
  documents: readonly Kept[];
}

/** The events that follow, or the code of the refusal. */
type Outcome = readonly string[] | string;

interface Ask {
  readonly name: string;
  act(profile: TutorProfile): void;
  decide(model: Model): Outcome;
}

/** What is known of the user, and what it means for the table. */
interface User {
  readonly status: string;
  readonly role: string;
  readonly erased: boolean;
}

function barOf({ status, role, erased }: User): string | undefined {
  if (erased) return 'user_erased';
  if (role !== 'tutor') return 'role_changed';
  return status === 'suspended' ? 'user_suspended' : undefined;
}

const BARS = ['user_erased', 'role_changed', 'user_suspended'];
const isUnderReview = ({ verification }: Model): boolean => verification === 'submitted' || verification === 'in_review';

function missingIn({ documents }: Model, user: User): string[] {
  const usable = documents.filter(({ status }) => status !== 'rejected').map(({ type }) => type);
  return [
    ...(user.status === 'active' && !user.erased ? [] : ['active_user']),
    ...(!user.erased && user.role !== 'tutor' ? ['tutor_role'] : []),
    ...(usable.includes('identity') ? [] : ['identity_document']),
    ...(usable.includes('degree') || usable.includes('certificate') ? [] : ['qualification_document']),
  ];
}

function submit(user: User): Ask {
  return {
    name: `submit as ${JSON.stringify(user)}`,
    act: (profile) => void profile.submit(standing(user)),
    decide: (model) => {
      if (isUnderReview(model) || model.verification === 'verified') return 'INVALID_STATE';
      if (model.attempt === 5) return 'ATTEMPTS_EXHAUSTED';
      const missing = missingIn(model, user);
      if (missing.length > 0) return `PROFILE_INCOMPLETE ${missing.join()}`;
      const first = model.attempt === 0;
      Object.assign(model, { verification: 'submitted', attempt: model.attempt + 1 });
      return first ? ['tutor.created', 'tutor.profile_submitted'] : ['tutor.profile_submitted'];
    },
  };
}

function markInReview(attempt: number): Ask {
  return {
    name: `mark attempt ${attempt} in review`,
    act: (profile) => profile.markInReview(attempt),
    decide: (model) => {
      if (model.verification !== 'submitted' || model.attempt !== attempt) return [];
      model.verification = 'in_review';
      return ['tutor.review_started'];
    },
  };
}

function applyDecision(attempt: number, decision: Decision['decision'], rejects: readonly string[], user: User): Ask {
  const verdictOn = (id: string) => (rejects.includes(id) ? 'rejected' : 'approved') satisfies Kept['status'];
  return {
    name: `${decision} for attempt ${attempt} as ${JSON.stringify(user)}`,
    act: (profile) =>
      profile.applyDecision(
        {
          attempt,
          decision,
          reason: 'r',
          documents: profile.state.documents.map(({ id }) => ({ id, status: verdictOn(id) })),
          decidedBy: admin,
          decidedAt: NOON,
        },
        standing(user),
      ),
    decide: (model) => {
      if (!isUnderReview(model) || model.attempt !== attempt) return [];
      model.documents = model.documents.map((kept) =>
        kept.status === 'approved' ? kept : { ...kept, status: verdictOn(kept.id) },
      );
      model.verification = decision === 'approved' ? 'verified' : decision;
      if (decision !== 'approved') return [`tutor.${decision}`];
      model.suspendedFor = barOf(user) ?? null;
      return model.suspendedFor === null ? ['tutor.verified'] : ['tutor.verified', 'tutor.suspended'];
    },
  };
}

const suspend: Ask = {
  name: 'suspend',
  act: (profile) => profile.suspend('no_shows'),
  decide: (model) => {
    if (model.verification !== 'verified') return 'INVALID_STATE';
    if (model.suspendedFor !== null && !BARS.includes(model.suspendedFor)) return [];
    model.suspendedFor = 'no_shows';
    return ['tutor.suspended'];
  },
};

function reinstate(user: User): Ask {
  return {
    name: `reinstate as ${JSON.stringify(user)}`,
    act: (profile) => profile.reinstate('r', standing(user)),
    decide: (model) => {
      if (model.verification !== 'verified') return 'INVALID_STATE';
      if (model.suspendedFor === null) return [];
      if (barOf(user) !== undefined) return 'INVALID_STATE';
      model.suspendedFor = null;
      return ['tutor.reinstated'];
    },
  };
}

function reconsider(user: User): Ask {
  return {
    name: `reconsider as ${JSON.stringify(user)}`,
    act: (profile) => profile.reconsider(standing(user)),
    decide: (model) => {
      if (model.verification !== 'verified') return [];
      if (model.suspendedFor !== null && !BARS.includes(model.suspendedFor)) return [];
      const bar = barOf(user) ?? null;
      if (bar === model.suspendedFor) return [];
      model.suspendedFor = bar;
      return bar === null ? ['tutor.reinstated'] : ['tutor.suspended'];
    },
  };
}

/** A document that the profile does not hold. */
function upload(type: DocumentType, { documents }: Model): Ask {
  let id = 'u-0';
  for (let n = 1; documents.some((kept) => kept.id === id); n++) id = `u-${n}`;
  const sha256 = id.padEnd(64, '0');
  return {
    name: `upload ${type} ${id}`,
    act: (profile) => void profile.uploadDocument({ id, type, sha256, fileName: 'f', mediaType: 'application/pdf', size: 1 }),
    decide: (model) => {
      model.documents = [...model.documents, { id, type, status: 'uploaded' }];
      return ['tutor.document_uploaded'];
    },
  };
}

function remove(at: number): Ask {
  const idIn = (documents: readonly { readonly id: string }[]): string => documents[at % documents.length]?.id ?? 'd-0';
  return {
    name: `remove document ${at}`,
    act: (profile) => profile.removeDocument(idIn(profile.state.documents)),
    decide: (model) => {
      const document = model.documents.find(({ id }) => id === idIn(model.documents));
      if (document === undefined) return [];
      if (document.status === 'approved' || isUnderReview(model)) return 'DOCUMENT_LOCKED';
      model.documents = model.documents.filter((kept) => kept !== document);
      return ['tutor.document_removed'];
    },
  };
}

/** Each outcome of the table that a run has met. */
const seen = new Set<string>();

class Command implements fc.Command<Model, TutorProfile> {
  constructor(private readonly askOf: (model: Model) => Ask) {}

  check(): boolean {
    return true;
  }

  run(model: Model, profile: TutorProfile): void {
    const ask = this.askOf(model);
    const before = profile.getUncommittedEvents().length;
    let outcome: Outcome;
    try {
      ask.act(profile);
      outcome = profile
        .getUncommittedEvents()
        .slice(before)
        .map(({ eventName }) => eventName);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      outcome = 'missing' in error ? `${error.code} ${String(error.missing)}` : error.code;
    }
    const expected = ask.decide(model);
    seen.add(String(expected).split(' ')[0] ?? '');
    expect({ asked: ask.name, outcome }).toEqual({ asked: ask.name, outcome: expected });
    expect({ status: profile.status, attempt: profile.state.attempt, documents: profile.state.documents }).toMatchObject({
      status: model.suspendedFor === null ? model.verification : 'suspended',
      attempt: model.attempt,
      documents: model.documents,
    });
  }

  toString(): string {
    return this.askOf({ verification: 'draft', attempt: 0, suspendedFor: null, documents: [] }).name;
  }
}

const user = fc.oneof(
  { weight: 2, arbitrary: fc.constant<User>({ status: 'active', role: 'tutor', erased: false }) },
  {
    weight: 1,
    arbitrary: fc.record({
      status: fc.constantFrom('active', 'suspended', 'inactive'),
      role: fc.constantFrom('tutor', 'student'),
      erased: fc.boolean(),
    }),
  },
);
/** Mostly the attempt under review; sometimes the one before it or after it. */
const distance = fc.constantFrom(0, 0, 0, 0, -1, 1);
const verdict = fc.constantFrom<Decision['decision']>('approved', 'approved', 'rejected', 'info_requested');
const rejects = fc.constantFrom<readonly string[]>([], [], ['d-1'], ['d-2']);

test('decision table 12.4: whatever is asked of a profile in whatever state, the table says what comes of it', () => {
  const commands = fc.commands(
    [
      user.map((whose) => new Command(() => submit(whose))),
      user.map((whose) => new Command(() => submit(whose))),
      distance.map((off) => new Command(({ attempt }) => markInReview(attempt + off))),
      fc
        .tuple(distance, verdict, rejects, user)
        .map(
          ([off, decision, refused, whose]) =>
            new Command(({ attempt }) => applyDecision(attempt + off, decision, refused, whose)),
        ),
      fc.constant(new Command(() => suspend)),
      user.map((whose) => new Command(() => reinstate(whose))),
      user.map((whose) => new Command(() => reconsider(whose))),
      fc
        .constantFrom<DocumentType>('identity', 'degree', 'certificate', 'background_check')
        .map((type) => new Command((model) => upload(type, model))),
      fc.nat({ max: 5 }).map((at) => new Command(() => remove(at))),
    ],
    { maxCommands: 40, size: 'max' },
  );
  fc.assert(
    fc.property(fc.nat({ max: 4 }), commands, (attempt, asked) => {
      const before = Array.from({ length: attempt }, (_, index) => [submitted(index + 1), rejected(index + 1)]).flat();
      const setup = (): { model: Model; real: TutorProfile } => ({
        model: {
          verification: attempt === 0 ? 'draft' : 'rejected',
          attempt,
          suspendedFor: null,
          documents: [
            { id: 'd-1', type: 'identity', status: 'uploaded' },
            { id: 'd-2', type: 'degree', status: 'uploaded' },
          ],
        },
        real: TutorProfile.replay([...complete, ...before]),
      });
      fc.modelRun(setup, asked);
    }),
    { numRuns: 250 },
  );
  expect([...seen].toSorted()).toEqual([
    '',
    'ATTEMPTS_EXHAUSTED',
    'DOCUMENT_LOCKED',
    'INVALID_STATE',
    'PROFILE_INCOMPLETE',
    'tutor.created,tutor.profile_submitted',
    'tutor.document_removed',
    'tutor.document_uploaded',
    'tutor.info_requested',
    'tutor.profile_submitted',
    'tutor.reinstated',
    'tutor.rejected',
    'tutor.review_started',
    'tutor.suspended',
    'tutor.verified',
    'tutor.verified,tutor.suspended',
  ]);
});
