import { DomainError } from '@edtech/shared-kernel/domain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Duty, Role, UserCard } from '../value-objects/user-card.vo.ts';
import { Account } from './account.entity.ts';

const ID = '0b9d3f1c-0000-4000-8000-000000000001';
const CONSENT = '0b9d3f1c-0000-4000-8000-0000000000c1';
const START = Date.UTC(2026, 10, 2, 10);

/** What the design says of an account, in its own words. */
interface Model {
  status: 'pending_verification' | 'awaiting_guardian' | 'active' | 'cancelled';
  disabled: boolean;
  isMinor: boolean;
  role: Role;
  duties: readonly Duty[];
  confirmed: boolean;
  consent: 'none' | 'requested' | 'granted' | 'declined';
  failures: number[];
  lockedUntil: number;
}

/** The events that follow, or the code of the refusal. */
type Outcome = readonly string[] | string;

interface Ask {
  readonly name: string;
  act(account: Account, now: Date): void;
  decide(model: Model, now: number): Outcome;
}

const MINUTE = 60_000;

const failLogin: Ask = {
  name: 'a login with a wrong password',
  act: (account, now) => {
    account.mustNotBeLocked(now);
    account.failLogin(now);
  },
  decide: (model, now) => {
    if (model.lockedUntil > now) return 'ACCOUNT_LOCKED';
    model.failures = [...model.failures.filter((at) => at > now - 15 * MINUTE), now];
    if (model.failures.length < 3) return ['identity.login_failed'];
    Object.assign(model, { failures: [], lockedUntil: now + 30 * MINUTE });
    return ['identity.login_failed', 'identity.account_locked'];
  },
};

const logIn: Ask = {
  name: 'a login with the right password',
  act: (account, now) => {
    account.mustNotBeLocked(now);
    account.mustBeUsable();
  },
  decide: (model, now) => {
    if (model.lockedUntil > now) return 'ACCOUNT_LOCKED';
    if (model.disabled) return 'ACCOUNT_DISABLED';
    return model.status === 'active' ? [] : 'NOT_VERIFIED';
  },
};

function verify(model: Model): string[] {
  if (model.status !== 'pending_verification') return [];
  if (!model.isMinor) {
    model.status = 'active';
    return ['identity.email_verified'];
  }
  Object.assign(model, { status: 'awaiting_guardian', consent: 'requested' });
  return ['identity.email_verified', 'identity.guardian_consent_requested'];
}

const verifyEmail: Ask = {
  name: 'verify the address',
  act: (account) => account.verifyEmail(CONSENT),
  decide: (model) => (model.status === 'cancelled' ? 'TOKEN_EXPIRED' : verify(model)),
};

const changePassword: Ask = {
  name: 'choose a password',
  act: (account) => account.changePassword(CONSENT),
  decide: (model) => {
    if (model.status === 'cancelled') return 'TOKEN_EXPIRED';
    const events = verify(model);
    Object.assign(model, { failures: [], lockedUntil: 0 });
    return [...events, 'identity.password_changed', 'identity.sessions_revoked'];
  },
};

function decideConsent(decision: 'granted' | 'declined'): Ask {
  return {
    name: `the guardian says ${decision}`,
    act: (account) => account.decideConsent(decision),
    decide: (model) => {
      if (model.consent === 'none') return 'TOKEN_EXPIRED';
      if (model.consent !== 'requested') return 'ALREADY_DECIDED';
      if (model.status === 'cancelled') return 'TOKEN_EXPIRED';
      model.consent = decision;
      if (decision === 'granted') model.status = 'active';
      return [`identity.guardian_consent_${decision}`];
    },
  };
}

function cancel(): Ask {
  return {
    name: 'cancel the registration',
    act: (account) => account.cancel('not_verified_in_time'),
    decide: (model) => {
      const before = model.status;
      if (before === 'cancelled' || (before === 'active' && model.confirmed)) return [];
      model.status = 'cancelled';
      return ['identity.registration_cancelled', ...(before === 'active' ? ['identity.sessions_revoked'] : [])];
    },
  };
}

function follow(card: Pick<UserCard, 'role' | 'suspended' | 'duties'> & { readonly known: boolean }): Ask {
  const { known, ...rest } = card;
  const person = known ? { email: 'ada@example.org', isMinor: false, locale: 'en' } : undefined;
  return {
    name: `follow ${JSON.stringify(card)}`,
    act: (account) => account.follow({ ...rest, userId: ID, person, tutorVerified: false, erased: false }),
    decide: (model) => {
      if (model.status === 'cancelled') return [];
      const events: string[] = [];
      if (known && !model.confirmed) events.push('identity.user_confirmed');
      const role = card.role ?? model.role;
      const duties = role === 'admin' || role === 'superadmin' ? card.duties : [];
      const lost = model.duties.filter((duty) => !duties.includes(duty)).length;
      const gained = duties.filter((duty) => !model.duties.includes(duty)).length;
      if (role !== model.role || lost + gained > 0) events.push('identity.role_claim_changed');
      if (role !== model.role || lost > 0) events.push('identity.sessions_revoked');
      if (card.suspended && !model.disabled) events.push('identity.account_disabled', 'identity.sessions_revoked');
      if (!card.suspended && model.disabled) events.push('identity.account_enabled');
      Object.assign(model, { confirmed: model.confirmed || known, role, duties, disabled: card.suspended });
      return events;
    },
  };
}

const asks: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(failLogin) },
  { weight: 2, arbitrary: fc.constantFrom(logIn, verifyEmail, changePassword) },
  fc.constantFrom(decideConsent('granted'), decideConsent('declined'), cancel()),
  {
    weight: 3,
    arbitrary: fc
      .record({
        known: fc.boolean(),
        role: fc.constantFrom<Role | undefined>('student', 'tutor', 'admin', 'superadmin', undefined),
        suspended: fc.boolean(),
        duties: fc.subarray<Duty>(['support', 'finance', 'compliance']),
      })
      .map(follow),
  },
);

function account(isMinor: boolean): Account {
  const person = { email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace', locale: 'en', timezone: 'UTC' };
  return Account.register(
    {
      ...person,
      id: ID,
      role: 'student',
      termsVersion: '1',
      birthDate: isMinor ? '2015-01-01' : '1990-01-01',
      guardianEmail: 'guardian@example.org',
    },
    new Date(START),
  );
}

function outcomeOf(act: () => void, subject: Account): Outcome {
  const before = subject.getUncommittedEvents().length;
  try {
    act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(subject.getUncommittedEvents()).toHaveLength(before);
    return error.code;
  }
  return subject
    .getUncommittedEvents()
    .slice(before)
    .map(({ eventName }) => eventName);
}

test('an account decides as the design says, whatever is asked of it, and its events lead to its state', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.tuple(asks, fc.integer({ min: 0, max: 20 })), { maxLength: 25 }), (isMinor, steps) => {
      const subject = account(isMinor);
      const model: Model = {
        status: 'pending_verification',
        disabled: false,
        isMinor,
        role: 'student',
        duties: [],
        confirmed: false,
        consent: 'none',
        failures: [],
        lockedUntil: 0,
      };
      let now = START;
      for (const [ask, minutes] of steps) {
        now += minutes * MINUTE;
        const found = outcomeOf(() => ask.act(subject, new Date(now)), subject);
        expect(found, ask.name).toEqual(ask.decide(model, now));
        const { state } = subject;
        expect({ status: state.status, disabled: state.disabled, role: state.role, duties: [...state.duties] }).toEqual({
          status: model.status,
          disabled: model.disabled,
          role: model.role,
          duties: [...model.duties],
        });
      }
      expect(Account.replay(subject.getUncommittedEvents()).state).toEqual(subject.state);
    }),
    { numRuns: 2_000 },
  );
});
