import { contracts } from '@edtech/contracts';
import { DomainError, EventContracts, NO_STREAM } from '@edtech/shared-kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADA } from '../../../test/user-events.fixture.ts';
import { UserRole } from '../value-objects/user-role.vo.ts';
import { User } from './user.entity.ts';

const authority = fc.constantFrom('self' as const, 'admin' as const, 'superadmin' as const);
const role = fc.constantFrom(UserRole.student(), UserRole.tutor(), UserRole.admin(), UserRole.superadmin());
const otherSuperadmins = fc.nat({ max: 1 });
const text = fc.option(fc.string({ maxLength: 12 }), { nil: undefined });
const profile = fc.record({
  firstName: text,
  bio: text,
  skills: fc.option(fc.array(fc.string({ maxLength: 6 })), { nil: undefined }),
});
const at = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
const settings = fc.record({
  emailMarketing: fc.boolean(),
  lessonReminders: fc.boolean(),
  language: fc.constantFrom('en', 'de', 'pt-BR'),
});

type Command = (user: User) => void;
const command = fc.oneof(
  fc.constant<Command>((user) => user.activate()),
  fc.constant<Command>((user) => user.deactivate()),
  authority.map<Command>((by) => (user) => user.reactivate(by)),
  fc
    .record({ by: authority, otherSuperadmins })
    .map<Command>((suspension) => (user) => user.suspend({ ...suspension, reason: 'r' })),
  fc.tuple(role, fc.record({ by: authority, otherSuperadmins })).map<Command>(
    ([to, change]) =>
      (user) =>
        user.changeRole(to, change),
  ),
  fc.record({ bio: text }).map<Command>((wish) => (user) => user.becomeTutor(wish)),
  profile.map<Command>((update) => (user) => user.updateProfile(update)),
  settings.map<Command>((wanted) => (user) => user.changeSettings(wanted)),
  fc.boolean().map<Command>((badge) => (user) => user.changeBadge(badge)),
  at.map<Command>((dueAt) => (user) => user.requestErasure(dueAt)),
);
const rarely = fc.oneof(
  { weight: 40, arbitrary: command },
  { weight: 1, arbitrary: fc.constant<Command>((user) => user.erase()) },
);

test('G4 whatever is asked of a user: no change without an event, no event from a refusal, the same after a reload, and the events fold to the same state', () => {
  const known = new EventContracts(contracts);
  let changes = 0;
  fc.assert(
    fc.property(fc.array(rarely, { maxLength: 40 }), role, fc.boolean(), (commands, first, isMinor) => {
      const user = User.create({
        id: ADA,
        email: 'a@b.c',
        firstName: 'A',
        lastName: 'B',
        role: first,
        by: 'superadmin',
        isMinor,
      });
      for (const act of commands) {
        const before = { state: user.state, events: user.getUncommittedEvents().length };
        const loaded = User.rehydrate(before.state, { ...NO_STREAM, version: before.events });
        const refused = isRefused(act, user);
        expect(isRefused(act, loaded)).toBe(refused);
        expect([loaded.state, loaded.streamVersion]).toEqual([user.state, user.streamVersion]);
        const events = user.getUncommittedEvents().length - before.events;
        const changed = JSON.stringify(user.state) !== JSON.stringify(before.state);
        if (changed) changes++;
        expect({ changed, refused }).toEqual({ changed: events > 0, refused: refused && events === 0 });
      }
      const recorded = user.getUncommittedEvents();
      for (const { eventName, payload } of recorded) known.get(eventName).parse(payload);
      const stored = recorded.map(({ eventName, payload }) => ({ eventName, payload: JSON.parse(JSON.stringify(payload)) }));
      expect(User.replay(stored).state).toEqual(user.state);
    }),
    { numRuns: 300 },
  );
  expect(changes).toBeGreaterThan(300);
});

/** Whatever but a business rule is thrown is a fault. */
function isRefused(act: Command, user: User): boolean {
  try {
    act(user);
    return false;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return true;
  }
}
