import { given } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import {
  activated,
  active,
  ADA,
  created,
  deactivated,
  histories,
  NOON,
  reactivated,
  roleChanged,
  suspended,
} from '../../../test/user-events.fixture.ts';
import {
  AlreadyActive,
  AlreadyTutor,
  ForbiddenTransition,
  InvalidState,
  LastSuperadmin,
  ProfileRuleViolated,
  SameRole,
  StaffProtected,
  UserNotActive,
  UserSuspended,
} from '../errors/user.errors.ts';
import { UserProfileUpdatedEvent } from '../events/user-profile-updated.event.ts';
import { UserSuspendedEvent } from '../events/user-suspended.event.ts';
import type { Authority } from '../services/user-domain.service.ts';
import { UserRole, type UserRoleName } from '../value-objects/user-role.vo.ts';
import { User } from './user.entity.ts';

const byAdmin = { by: 'admin', reason: 'fraud', otherSuperadmins: 1 } as const;
const change =
  (role: UserRole, by: Authority = 'superadmin', otherSuperadmins = 1) =>
  (user: User) =>
    user.changeRole(role, { by, otherSuperadmins });

describe('12.3 activation', () => {
  test('pending_verification becomes active', () =>
    given(User, [created()])
      .when((user) => user.activate())
      .then([activated]));
  test('twice is ALREADY_ACTIVE', () =>
    given(User, histories.active)
      .when((user) => user.activate())
      .then(AlreadyActive));
  test.each(['suspended', 'inactive', 'erased'] as const)('%s goes another way', (status) =>
    given(User, histories[status])
      .when((user) => user.activate())
      .then(InvalidState),
  );
});

describe('12.3 changing the role', () => {
  const roles: UserRoleName[] = ['student', 'tutor', 'admin', 'superadmin'];
  const allowed = new Set([
    'student>tutor self',
    'student>tutor admin',
    'student>tutor superadmin',
    'tutor>student admin',
    'tutor>student superadmin',
    'student>admin superadmin',
    'tutor>admin superadmin',
    'admin>student superadmin',
    'admin>tutor superadmin',
    'admin>superadmin superadmin',
    'superadmin>admin superadmin',
  ]);
  const cases = roles.flatMap((from) =>
    roles.flatMap((to) => (['self', 'admin', 'superadmin'] as const).map((by) => ({ from, to, by }))),
  );

  test.each(cases)('$from to $to by $by', ({ from, to, by }) => {
    const outcome = from === to ? SameRole : allowed.has(`${from}>${to} ${by}`) ? [roleChanged(from, to)] : ForbiddenTransition;
    given(User, active(from))
      .when(change(UserRole.fromString(to), by))
      .then(outcome);
  });

  test('the reason is kept', () =>
    given(User, active())
      .when((user) => user.changeRole(UserRole.tutor(), { by: 'admin', reason: 'asked for it', otherSuperadmins: 0 }))
      .then([roleChanged('student', 'tutor', 'asked for it')]));

  test('the last superadmin stays', () => {
    given(User, active('superadmin'))
      .when(change(UserRole.admin(), 'superadmin', 1))
      .then([roleChanged('superadmin', 'admin')]);
    given(User, active('superadmin'))
      .when(change(UserRole.admin(), 'superadmin', 0))
      .then(LastSuperadmin);
  });

  test.each(['pending_verification', 'suspended', 'inactive', 'erased'] as const)('%s is USER_NOT_ACTIVE', (status) =>
    given(User, histories[status]).when(change(UserRole.tutor())).then(UserNotActive),
  );

  test('twice is SAME_ROLE', () =>
    given(User, [...active(), roleChanged('student', 'tutor')])
      .when(change(UserRole.tutor()))
      .then(SameRole));
});

describe('becoming a tutor', () => {
  test('a student changes role and profile in one decision', () =>
    given(User, active())
      .when((user) => user.becomeTutor({ bio: 'Ten years of algebra.' }))
      .then([
        roleChanged('student', 'tutor'),
        new UserProfileUpdatedEvent({ userId: ADA, changes: [{ field: 'bio', from: null, to: 'Ten years of algebra.' }] }),
      ]));
  test('twice is ALREADY_TUTOR', () =>
    given(User, [...active(), roleChanged('student', 'tutor')])
      .when((user) => user.becomeTutor())
      .then(AlreadyTutor));
  test('needs an active user', () =>
    given(User, [created()])
      .when((user) => user.becomeTutor())
      .then(UserNotActive));
  test('is not for a minor', () =>
    given(User, [created({ isMinor: true }), activated])
      .when((user) => user.becomeTutor())
      .then(ForbiddenTransition));
  test('is not for staff', () =>
    given(User, active('admin'))
      .when((user) => user.becomeTutor())
      .then(ForbiddenTransition));
  test('changes nothing when the profile breaks a rule', () =>
    given(User, active())
      .when((user) => user.becomeTutor({ bio: 'x'.repeat(1001) }))
      .then(ProfileRuleViolated));
});

describe('12.3 suspension', () => {
  test.each(['active', 'inactive'] as const)('%s becomes suspended', (status) =>
    given(User, histories[status])
      .when((user) => user.suspend({ ...byAdmin, until: NOON }))
      .then([new UserSuspendedEvent({ userId: ADA, reason: 'fraud', until: NOON.toISOString() })]),
  );
  test('twice changes nothing', () =>
    given(User, histories.suspended)
      .when((user) => user.suspend(byAdmin))
      .then([]));
  test.each(['pending_verification', 'erased'] as const)('%s is INVALID_STATE', (status) =>
    given(User, histories[status])
      .when((user) => user.suspend(byAdmin))
      .then(InvalidState),
  );
  test('staff is suspended by a superadmin only, and never the last superadmin', () => {
    given(User, active('admin'))
      .when((user) => user.suspend({ ...byAdmin, by: 'superadmin' }))
      .then([suspended]);
    given(User, active('admin'))
      .when((user) => user.suspend(byAdmin))
      .then(StaffProtected);
    given(User, active('superadmin'))
      .when((user) => user.suspend({ ...byAdmin, by: 'superadmin', otherSuperadmins: 0 }))
      .then(LastSuperadmin);
  });
});

describe('reactivation', () => {
  test.each([
    ['suspended', 'admin'],
    ['inactive', 'admin'],
    ['inactive', 'self'],
  ] as const)('%s comes back by %s', (status, by) =>
    given(User, histories[status])
      .when((user) => user.reactivate(by))
      .then([reactivated]),
  );
  test('twice changes nothing', () =>
    given(User, histories.active)
      .when((user) => user.reactivate('admin'))
      .then([]));
  test('nobody lifts the own suspension', () =>
    given(User, histories.suspended)
      .when((user) => user.reactivate('self'))
      .then(UserSuspended));
  test.each(['pending_verification', 'erased'] as const)('%s is INVALID_STATE', (status) =>
    given(User, histories[status])
      .when((user) => user.reactivate('admin'))
      .then(InvalidState),
  );
  test('ends the term of the suspension', () => {
    const user = User.replay([...active(), new UserSuspendedEvent({ userId: ADA, reason: 'r', until: NOON.toISOString() })]);
    expect(user.state.suspendedUntil).toBe(NOON.toISOString());
    user.reactivate('admin');
    expect(user.state.suspendedUntil).toBeNull();
  });
});

describe('deactivation', () => {
  test('an active user pauses', () =>
    given(User, histories.active)
      .when((user) => user.deactivate())
      .then([deactivated]));
  test('twice changes nothing', () =>
    given(User, histories.inactive)
      .when((user) => user.deactivate())
      .then([]));
  test('a suspended user cannot', () =>
    given(User, histories.suspended)
      .when((user) => user.deactivate())
      .then(UserSuspended));
  test('a pending user cannot', () =>
    given(User, histories.pending_verification)
      .when((user) => user.deactivate())
      .then(UserNotActive));
});
