import { given, givenNoStream } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { AdminNotActive, UnknownDuty } from '../errors/admin.errors.ts';
import { AdminCreatedEvent } from '../events/admin-created.event.ts';
import { AdminDeactivatedEvent } from '../events/admin-deactivated.event.ts';
import { AdminDutiesChangedEvent } from '../events/admin-duties-changed.event.ts';
import type { Duty } from '../value-objects/duty.vo.ts';
import { AdminUser } from './admin-user.entity.ts';

const userId = '0b9d3f1c-0000-4000-8000-000000000001';
const created = new AdminCreatedEvent({ userId });
const deactivated = new AdminDeactivatedEvent({ userId, reason: 'role_changed' });
const changed = (...duties: Duty[]) => new AdminDutiesChangedEvent({ userId, duties });

describe('an administrator', () => {
  test('begins without duties', () => {
    givenNoStream()
      .when(() => AdminUser.create(userId))
      .then([created]);
    given(AdminUser, [created])
      .when((admin) => admin.grant([]))
      .then([]);
  });

  test('has the duties that were granted last, each once', () => {
    given(AdminUser, [created])
      .when((admin) => admin.grant(['support', 'finance', 'support']))
      .then([changed('support', 'finance')]);
    given(AdminUser, [created, changed('support', 'finance')])
      .when((admin) => admin.grant(['finance', 'support']))
      .then([]);
    given(AdminUser, [created, changed('support', 'finance')])
      .when((admin) => admin.grant(['finance']))
      .then([changed('finance')]);
  });

  test('has no duty that there is not', () =>
    given(AdminUser, [created])
      .when((admin) => admin.grant(['finance', 'everything']))
      .then(UnknownDuty));

  test('loses the duties with the role, once', () => {
    const dutiful = given(AdminUser, [created, changed('finance')]);
    dutiful.when((admin) => admin.deactivate('role_changed')).then([deactivated]);
    const former = given(AdminUser, [created, changed('finance'), deactivated]);
    former.when((admin) => admin.deactivate('role_changed')).then([]);
    former.when((admin) => admin.grant(['finance'])).then(AdminNotActive);
  });

  test('who gets the role again begins without duties, also when nobody told of the time between', () => {
    given(AdminUser, [created, changed('finance'), deactivated])
      .when((admin) => admin.appoint())
      .then([created]);
    given(AdminUser, [created, changed('finance')])
      .when((admin) => admin.appoint())
      .then([deactivated, created]);
    given(AdminUser, [created, changed('finance'), deactivated, created])
      .when((admin) => admin.grant(['finance']))
      .then([changed('finance')]);
  });
});
