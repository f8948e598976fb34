import { NO_STREAM } from '@edtech/shared-kernel/domain';
import { given } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import { active, ADA, created, erased, erasureRequested, histories, NOON, verified } from '../../../test/user-events.fixture.ts';
import { InvalidState, ProfileRuleViolated, RoleNotGrantable, UserSuspended } from '../errors/user.errors.ts';
import { UserProfileUpdatedEvent } from '../events/user-profile-updated.event.ts';
import { UserSettingsChangedEvent } from '../events/user-settings-changed.event.ts';
import { UserRole } from '../value-objects/user-role.vo.ts';
import { User } from './user.entity.ts';

const person = { id: ADA, email: 'Ada@Example.org', firstName: 'Ada', lastName: 'Lovelace' };

describe('creating a user', () => {
  test('records user.created, pending until the address is verified', () =>
    given(User, [])
      .when(() => User.create({ ...person, role: UserRole.student(), by: 'self' }))
      .then([created()]));

  test('G11 the role in the payload is its name, not the value object', () => {
    const [event] = User.create({ ...person, role: UserRole.tutor(), by: 'self' }).getUncommittedEvents();
    expect(JSON.parse(JSON.stringify(event?.payload))).toMatchObject({ role: 'tutor' });
  });

  test('what user.created has no room for follows in the same decision', () =>
    given(User, [])
      .when(() => User.create({ ...person, role: UserRole.student(), by: 'self', bio: 'Counts.', skills: ['algebra'] }))
      .then([
        created(),
        new UserProfileUpdatedEvent({
          userId: ADA,
          changes: [
            { field: 'bio', from: null, to: 'Counts.' },
            { field: 'skills', from: [], to: ['algebra'] },
          ],
        }),
      ]));

  test.each(['self', 'admin'] as const)('G10 %s cannot create staff', (by) => {
    given(User, [])
      .when(() => User.create({ ...person, role: UserRole.tutor(), by }))
      .then([created({ role: 'tutor' })]);
    for (const role of [UserRole.admin(), UserRole.superadmin()]) {
      expect(() => User.create({ ...person, role, by })).toThrow(RoleNotGrantable);
    }
  });

  test('a superadmin creates staff', () =>
    given(User, [])
      .when(() => User.create({ ...person, role: UserRole.admin(), by: 'superadmin', status: 'active' }))
      .then([created({ role: 'admin', status: 'active' })]));

  test.each([{ timezone: 'Mars/Olympus' }, { timezone: '+01:00' }, { locale: 'english please' }, { firstName: ' ' }])(
    'refuses %o',
    (wrong) => {
      expect(() => User.create({ ...person, role: UserRole.student(), by: 'self', ...wrong })).toThrow(ProfileRuleViolated);
    },
  );
});

describe('profile and settings', () => {
  const renamed = new UserProfileUpdatedEvent({ userId: ADA, changes: [{ field: 'firstName', from: 'Ada', to: 'Augusta' }] });
  const quiet = { emailMarketing: false, lessonReminders: false, language: 'en' };
  const quieted = new UserSettingsChangedEvent({ userId: ADA, changes: [{ field: 'lessonReminders', from: true, to: false }] });

  test('only what differs is recorded', () =>
    given(User, active())
      .when((user) => user.updateProfile({ firstName: 'Augusta', lastName: 'Lovelace', bio: '' }))
      .then([renamed]));
  test('the same update twice changes nothing', () =>
    given(User, [...active(), renamed])
      .when((user) => user.updateProfile({ firstName: 'Augusta' }))
      .then([]));
  test('a suspended user cannot edit', () => {
    given(User, histories.suspended)
      .when((user) => user.updateProfile({ firstName: 'Augusta' }))
      .then(UserSuspended);
    given(User, histories.suspended)
      .when((user) => user.changeSettings(quiet))
      .then(UserSuspended);
  });
  test('an erased user has no profile', () =>
    given(User, histories.erased)
      .when((user) => user.updateProfile({ firstName: 'Augusta' }))
      .then(InvalidState));
  test.each([{ bio: 'x'.repeat(1000) }, { skills: Array.from({ length: 20 }, () => 'y'.repeat(50)) }])(
    'the limit is allowed',
    (update) => {
      const user = User.replay(active());
      user.updateProfile(update);
      expect(user.state).toMatchObject(update);
    },
  );
  test.each([{ bio: 'x'.repeat(1001) }, { skills: Array.from({ length: 21 }, () => 'y') }, { skills: ['y'.repeat(51)] }])(
    'one more is refused',
    (update) =>
      given(User, active())
        .when((user) => user.updateProfile(update))
        .then(ProfileRuleViolated),
  );
  test('settings start with the language of the locale and without marketing', () =>
    expect(User.replay([created({ locale: 'pt-BR' })]).state.settings).toEqual({
      emailMarketing: false,
      lessonReminders: true,
      language: 'pt-BR',
    }));
  test('only settings that differ are recorded', () =>
    given(User, active())
      .when((user) => user.changeSettings(quiet))
      .then([quieted]));
  test('the same settings twice change nothing', () =>
    given(User, [...active(), quieted])
      .when((user) => user.changeSettings(quiet))
      .then([]));
});

describe('badge', () => {
  test('follows tutor-service', () =>
    given(User, active('tutor'))
      .when((user) => user.changeBadge(true))
      .then([verified]));
  test('twice changes nothing', () =>
    given(User, [...active('tutor'), verified])
      .when((user) => user.changeBadge(true))
      .then([]));
});

describe('erasure', () => {
  test('is requested once: the first date stands', () => {
    given(User, active())
      .when((user) => user.requestErasure(NOON))
      .then([erasureRequested]);
    given(User, [...active(), erasureRequested])
      .when((user) => user.requestErasure(new Date(0)))
      .then([]);
  });
  test('any user is erased', () => {
    for (const status of ['pending_verification', 'active', 'suspended', 'inactive'] as const) {
      given(User, histories[status])
        .when((user) => user.erase())
        .then([erased]);
    }
  });
  test('twice changes nothing', () =>
    given(User, histories.erased)
      .when((user) => user.erase())
      .then([]));
  test('nothing personal is left', () => {
    const user = User.replay(active());
    user.updateProfile({ bio: 'I live in Marylebone', skills: ['poetry'], timezone: 'Europe/London', locale: 'en-GB' });
    expect(JSON.stringify(user.state)).toContain('Marylebone');
    user.erase();
    expect(JSON.stringify(user.state)).not.toMatch(/Ada|Lovelace|example|Marylebone|poetry|London|GB/i);
    expect(user.state).toMatchObject({ id: ADA, role: 'student', status: 'erased' });
  });
});

describe('encapsulation', () => {
  test('G1 a rehydrated user equals the saved one, has nothing uncommitted and offers no way to set identity or role', () => {
    const saved = User.replay(active('tutor'));
    const read = User.rehydrate(saved.state, { ...NO_STREAM, version: 2 });
    expect(read.state).toEqual(saved.state);
    expect([read.getUncommittedEvents(), read.streamVersion]).toEqual([[], 2]);
    expect(Object.keys(read)).not.toContain('id');
    expect(Reflect.set(read, 'id', 'other')).toBe(false);
    expect(Reflect.set(read, 'role', UserRole.superadmin())).toBe(false);
    expect('mergeObjectContext' in read).toBe(false);
  });

  test('G5 what a caller does to returned values changes nothing', () => {
    const user = User.replay(active());
    user.updateProfile({ skills: ['algebra'] });
    const copy = user.state;
    Reflect.set(copy.skills, 'length', 0);
    Reflect.set(copy.settings, 'emailMarketing', true);
    expect(user.state.skills).toEqual(['algebra']);
    expect(user.state.settings.emailMarketing).toBe(false);
  });
});
