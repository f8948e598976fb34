import { DomainError } from '@edtech/shared-kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADA } from '../../../test/user-events.fixture.ts';
import type { Authority } from '../services/user-domain.service.ts';
import { UserRole, type UserRoleName } from '../value-objects/user-role.vo.ts';
import { User } from './user.entity.ts';
import type { UserStatus } from './user-state.ts';

/** What the decision table of the design speaks about. */
interface Model {
  role: UserRoleName;
  status: UserStatus;
  readonly isMinor: boolean;
}

/** The events that follow, or the code of the refusal. */
type Outcome = readonly string[] | string;

/** One command of the table: what it does to a user, and what the table says of it. */
interface Ask {
  readonly name: string;
  act(user: User): void;
  decide(model: Model): Outcome;
}

const TRANSITIONS: readonly (readonly [from: UserRoleName, to: UserRoleName, by: readonly Authority[]])[] = [
  ['student', 'tutor', ['self', 'admin', 'superadmin']],
  ['tutor', 'student', ['admin', 'superadmin']],
  ['student', 'admin', ['superadmin']],
  ['tutor', 'admin', ['superadmin']],
  ['admin', 'student', ['superadmin']],
  ['admin', 'tutor', ['superadmin']],
  ['admin', 'superadmin', ['superadmin']],
  ['superadmin', 'admin', ['superadmin']],
];

const isStaff = ({ role }: Model): boolean => role === 'admin' || role === 'superadmin';
const isLast = ({ role, status }: Model, others: number): boolean => role === 'superadmin' && status === 'active' && others === 0;

function changeRole(to: UserRoleName, by: Authority, otherSuperadmins: number): Ask {
  return {
    name: `${by} makes it ${to}`,
    act: (user) => user.changeRole(UserRole.fromString(to), { by, otherSuperadmins }),
    decide: (model) => {
      if (model.status !== 'active') return 'USER_NOT_ACTIVE';
      if (model.role === to) return 'SAME_ROLE';
      const allowed = TRANSITIONS.some(([from, wanted, whom]) => from === model.role && wanted === to && whom.includes(by));
      if (!allowed) return 'FORBIDDEN_TRANSITION';
      if (isLast(model, otherSuperadmins)) return 'LAST_SUPERADMIN';
      model.role = to;
      return ['user.role_changed'];
    },
  };
}

const becomeTutor: Ask = {
  name: 'becomes a tutor',
  act: (user) => user.becomeTutor(),
  decide: (model) => {
    if (model.status !== 'active') return 'USER_NOT_ACTIVE';
    if (model.role === 'tutor') return 'ALREADY_TUTOR';
    if (model.role !== 'student' || model.isMinor) return 'FORBIDDEN_TRANSITION';
    model.role = 'tutor';
    return ['user.role_changed'];
  },
};

const activate: Ask = {
  name: 'is activated',
  act: (user) => user.activate(),
  decide: (model) => {
    if (model.status === 'active') return 'ALREADY_ACTIVE';
    if (model.status !== 'pending_verification') return 'INVALID_STATE';
    model.status = 'active';
    return ['user.activated'];
  },
};

function suspend(by: Authority, otherSuperadmins: number): Ask {
  return {
    name: `is suspended by ${by}`,
    act: (user) => user.suspend({ by, reason: 'r', otherSuperadmins }),
    decide: (model) => {
      if (isStaff(model) && by !== 'superadmin') return 'FORBIDDEN';
      if (model.status === 'suspended') return [];
      if (model.status !== 'active' && model.status !== 'inactive') return 'INVALID_STATE';
      if (isLast(model, otherSuperadmins)) return 'LAST_SUPERADMIN';
      model.status = 'suspended';
      return ['user.suspended'];
    },
  };
}

function reactivate(by: Authority): Ask {
  return {
    name: `is reactivated by ${by}`,
    act: (user) => user.reactivate(by),
    decide: (model) => {
      if (isStaff(model) && by !== 'superadmin') return 'FORBIDDEN';
      if (model.status === 'active') return [];
      if (model.status === 'suspended' && by === 'self') return 'USER_SUSPENDED';
      if (model.status !== 'suspended' && model.status !== 'inactive') return 'INVALID_STATE';
      model.status = 'active';
      return ['user.reactivated'];
    },
  };
}

const deactivate: Ask = {
  name: 'is deactivated',
  act: (user) => user.deactivate(),
  decide: (model) => {
    if (model.status === 'inactive') return [];
    if (model.status === 'suspended') return 'USER_SUSPENDED';
    if (model.status !== 'active') return 'USER_NOT_ACTIVE';
    model.status = 'inactive';
    return ['user.deactivated'];
  },
};

const erase: Ask = {
  name: 'is erased',
  act: (user) => user.erase(),
  decide: (model) => {
    if (model.status === 'erased') return [];
    model.status = 'erased';
    return ['user.erased'];
  },
};

class Command implements fc.Command<Model, User> {
  constructor(private readonly ask: Ask) {}

  check(): boolean {
    return true;
  }

  run(model: Model, user: User): void {
    const before = user.getUncommittedEvents().length;
    let outcome: Outcome;
    try {
      this.ask.act(user);
      outcome = user
        .getUncommittedEvents()
        .slice(before)
        .map(({ eventName }) => eventName);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      outcome = error.code;
    }
    const expected = this.ask.decide(model);
    seen.add(String(expected));
    expect(outcome).toEqual(expected);
    expect({ role: user.role.value, status: user.status }).toEqual({ role: model.role, status: model.status });
  }

  toString(): string {
    return this.ask.name;
  }
}

/** Each outcome of the table that a run has met. */
const seen = new Set<string>();

const role = fc.constantFrom<UserRoleName>('student', 'tutor', 'admin', 'superadmin');
const by = fc.constantFrom<Authority>('self', 'admin', 'superadmin');
const others = fc.nat({ max: 1 });

test('decision table 12.3: whatever is asked of a user in whatever state, the table says what comes of it', () => {
  const commands = fc.commands(
    [
      fc.tuple(role, by, others).map((change) => new Command(changeRole(...change))),
      fc.constant(new Command(becomeTutor)),
      fc.constant(new Command(activate)),
      fc.tuple(by, others).map((suspension) => new Command(suspend(...suspension))),
      by.map((who) => new Command(reactivate(who))),
      fc.constant(new Command(deactivate)),
      fc.nat({ max: 9 }).map((rarely) => new Command(rarely === 0 ? erase : activate)),
    ],
    { maxCommands: 30, size: 'max' },
  );
  fc.assert(
    fc.property(
      role,
      fc.boolean(),
      fc.constantFrom('pending_verification', 'active', 'active'),
      commands,
      (first, isMinor, status, asked) => {
        const setup = () => ({
          model: { role: first, status, isMinor },
          real: User.create({
            id: ADA,
            email: 'a@b.c',
            firstName: 'A',
            lastName: 'B',
            role: UserRole.fromString(first),
            by: 'superadmin',
            status,
            isMinor,
          }),
        });
        fc.modelRun(setup, asked);
      },
    ),
    { numRuns: 400 },
  );
  expect([...seen].toSorted()).toEqual([
    '',
    'ALREADY_ACTIVE',
    'ALREADY_TUTOR',
    'FORBIDDEN',
    'FORBIDDEN_TRANSITION',
    'INVALID_STATE',
    'LAST_SUPERADMIN',
    'SAME_ROLE',
    'USER_NOT_ACTIVE',
    'USER_SUSPENDED',
    'user.activated',
    'user.deactivated',
    'user.erased',
    'user.reactivated',
    'user.role_changed',
    'user.suspended',
  ]);
});
