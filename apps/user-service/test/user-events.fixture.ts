import type { UserCreated } from '@edtech/contracts';
import type { BaseDomainEvent } from '../src/domain/events/base-domain.event.ts';
import { UserActivatedEvent } from '../src/domain/events/user-activated.event.ts';
import { UserBadgeChangedEvent } from '../src/domain/events/user-badge-changed.event.ts';
import { UserCreatedEvent } from '../src/domain/events/user-created.event.ts';
import { UserDeactivatedEvent } from '../src/domain/events/user-deactivated.event.ts';
import { UserErasedEvent } from '../src/domain/events/user-erased.event.ts';
import { UserErasureRequestedEvent } from '../src/domain/events/user-erasure-requested.event.ts';
import { UserReactivatedEvent } from '../src/domain/events/user-reactivated.event.ts';
import { UserRoleChangedEvent } from '../src/domain/events/user-role-changed.event.ts';
import { UserSuspendedEvent } from '../src/domain/events/user-suspended.event.ts';
import type { UserRoleName } from '../src/domain/value-objects/user-role.vo.ts';

export const ADA = '0b9b5b8e-5d0c-4c58-9a51-000000000001';
export const NOON = new Date('2026-11-03T12:00:00.000Z');

export function created(facts: Partial<UserCreated> = {}): UserCreatedEvent {
  return new UserCreatedEvent({
    userId: ADA,
    email: 'Ada@Example.org',
    firstName: 'Ada',
    lastName: 'Lovelace',
    role: 'student',
    status: 'pending_verification',
    locale: 'en',
    timezone: 'UTC',
    isMinor: false,
    ...facts,
  });
}

export const activated = new UserActivatedEvent({ userId: ADA });
export const suspended = new UserSuspendedEvent({ userId: ADA, reason: 'fraud' });
export const reactivated = new UserReactivatedEvent({ userId: ADA });
export const deactivated = new UserDeactivatedEvent({ userId: ADA });
export const verified = new UserBadgeChangedEvent({ userId: ADA, tutorVerified: true });
export const erasureRequested = new UserErasureRequestedEvent({ userId: ADA, dueAt: NOON.toISOString() });
export const erased = new UserErasedEvent({ userId: ADA });

export function roleChanged(oldRole: UserRoleName, newRole: UserRoleName, reason?: string): UserRoleChangedEvent {
  return new UserRoleChangedEvent({ userId: ADA, oldRole, newRole, ...(reason === undefined ? {} : { reason }) });
}

export function active(role: UserRoleName = 'student'): BaseDomainEvent[] {
  return [created({ role }), activated];
}

/** A history for each status. */
export const histories = {
  pending_verification: [created()],
  active: active(),
  suspended: [...active(), suspended],
  inactive: [...active(), deactivated],
  erased: [...active(), erased],
} as const;
