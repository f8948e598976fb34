import { AggregateRoot, NO_STREAM, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import {
  AlreadyActive,
  AlreadyTutor,
  ForbiddenTransition,
  InvalidState,
  LastSuperadmin,
  RoleNotGrantable,
  SameRole,
  StaffProtected,
  UserNotActive,
  UserSuspended,
} from '../errors/user.errors.ts';
import type { BaseDomainEvent } from '../events/base-domain.event.ts';
import { UserActivatedEvent } from '../events/user-activated.event.ts';
import { UserBadgeChangedEvent } from '../events/user-badge-changed.event.ts';
import { UserCreatedEvent } from '../events/user-created.event.ts';
import { UserDeactivatedEvent } from '../events/user-deactivated.event.ts';
import { UserErasedEvent } from '../events/user-erased.event.ts';
import { UserErasureRequestedEvent } from '../events/user-erasure-requested.event.ts';
import { UserProfileUpdatedEvent } from '../events/user-profile-updated.event.ts';
import { UserReactivatedEvent } from '../events/user-reactivated.event.ts';
import { UserRoleChangedEvent } from '../events/user-role-changed.event.ts';
import { UserSettingsChangedEvent } from '../events/user-settings-changed.event.ts';
import { UserSuspendedEvent } from '../events/user-suspended.event.ts';
import { RoleTransitions, type Authority } from '../services/user-domain.service.ts';
import { checkProfile, type ProfileUpdate } from '../value-objects/user-profile.vo.ts';
import { UserRole } from '../value-objects/user-role.vo.ts';
import { defaultSettings, type UserSettings } from '../value-objects/user-settings.vo.ts';
import { profileChanges, settingsChanges, withChange, withSetting } from './user-changes.ts';
import { NOBODY, type UserState, type UserStatus } from './user-state.ts';

type UserEvents =
  | typeof UserCreatedEvent
  | typeof UserActivatedEvent
  | typeof UserProfileUpdatedEvent
  | typeof UserSettingsChangedEvent
  | typeof UserRoleChangedEvent
  | typeof UserBadgeChangedEvent
  | typeof UserSuspendedEvent
  | typeof UserReactivatedEvent
  | typeof UserDeactivatedEvent
  | typeof UserErasureRequestedEvent
  | typeof UserErasedEvent;

export interface NewUser {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly role: UserRole;
  /** On whose behalf the role is given. */
  readonly by: Authority;
  readonly status?: 'pending_verification' | 'active' | undefined;
  readonly isMinor?: boolean | undefined;
  readonly bio?: string | undefined;
  readonly skills?: readonly string[] | undefined;
  readonly locale?: string | undefined;
  readonly timezone?: string | undefined;
}

interface RoleChange {
  readonly by: Authority;
  readonly reason?: string | undefined;
  /** Active superadmins apart from this user. */
  readonly otherSuperadmins: number;
}

export interface Suspension {
  readonly by: Authority;
  readonly reason: string;
  readonly until?: Date | undefined;
  readonly otherSuperadmins: number;
}

/** A person on the platform, with role, status and settings. */
export class User extends AggregateRoot<UserEvents> {
  static override readonly AGGREGATE_TYPE = 'User';
  #state: UserState = NOBODY;

  private constructor() {
    super();
  }

  /** Throws RoleNotGrantable, ProfileRuleViolated. That the address is free is the repository's to guarantee. */
  static create(data: NewUser): User {
    const { id, email, firstName, lastName, role, by, bio, skills, locale = NOBODY.locale, timezone = NOBODY.timezone } = data;
    if (!RoleTransitions.allowFirst(role, by)) throw new RoleNotGrantable(role.value);
    checkProfile({ firstName, lastName, bio, skills, locale, timezone });
    const user = new User();
    user.record(
      new UserCreatedEvent({
        userId: id,
        email: email.trim(),
        firstName,
        lastName,
        role: role.value,
        status: data.status ?? 'pending_verification',
        locale,
        timezone,
        isMinor: data.isMinor ?? false,
      }),
    );
    user.updateProfile({ bio, skills });
    return user;
  }

  /** The user as it was saved, without uncommitted events. */
  static rehydrate(state: UserState, position: StreamPosition): User {
    const user = new User();
    user.#state = state;
    user.standAt(position);
    return user;
  }

  /** The user that a whole history leads to. Its position is good for reading only: it names no hash to append to. */
  static replay(history: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): User {
    const user = new User();
    for (const { eventName, payload } of history) user.fold(eventName, payload);
    user.standAt({ ...NO_STREAM, version: history.length });
    return user;
  }

  /** Throws AlreadyActive, and InvalidState for a user whom only reactivation brings back. */
  activate(): void {
    if (this.status === 'active') throw new AlreadyActive(this.id);
    if (this.status !== 'pending_verification') throw new InvalidState(this.id, this.status, 'activate');
    this.record(new UserActivatedEvent({ userId: this.id }));
  }

  /** Records the fields that differ. Throws UserSuspended, InvalidState, ProfileRuleViolated. */
  updateProfile(update: ProfileUpdate): void {
    this.#mustBeEditable();
    checkProfile(update);
    const changes = profileChanges(this.#state, update);
    if (changes.length > 0) this.record(new UserProfileUpdatedEvent({ userId: this.id, changes }));
  }

  /** Records the settings that differ. Throws UserSuspended, InvalidState. */
  changeSettings(settings: UserSettings): void {
    this.#mustBeEditable();
    const changes = settingsChanges(this.#state.settings, settings);
    if (changes.length > 0) this.record(new UserSettingsChangedEvent({ userId: this.id, changes }));
  }

  /** Throws UserNotActive, SameRole, ForbiddenTransition, LastSuperadmin. */
  changeRole(newRole: UserRole, { by, reason, otherSuperadmins }: RoleChange): void {
    this.#mustBeActive();
    if (this.role.equals(newRole)) throw new SameRole(this.id, newRole.value);
    if (!RoleTransitions.allow(this.role, newRole, by)) throw new ForbiddenTransition(this.role.value, newRole.value);
    this.#keepOneSuperadmin(otherSuperadmins);
    this.record(
      new UserRoleChangedEvent({
        userId: this.id,
        oldRole: this.role.value,
        newRole: newRole.value,
        ...(reason === undefined ? {} : { reason }),
      }),
    );
  }

  /** By the student's own wish; a tutor must be of age. Throws UserNotActive, AlreadyTutor, ForbiddenTransition, ProfileRuleViolated. */
  becomeTutor(profile: Pick<ProfileUpdate, 'bio' | 'skills'> = {}): void {
    this.#mustBeActive();
    const tutor = UserRole.tutor();
    if (this.role.equals(tutor)) throw new AlreadyTutor(this.id);
    if (this.#state.isMinor) throw new ForbiddenTransition(this.role.value, tutor.value);
    checkProfile(profile);
    this.changeRole(tutor, { by: 'self', otherSuperadmins: 0 });
    this.updateProfile(profile);
  }

  /** What tutor-service says of the tutor's documents. */
  changeBadge(tutorVerified: boolean): void {
    if (this.status === 'erased' || tutorVerified === this.#state.tutorVerified) return;
    this.record(new UserBadgeChangedEvent({ userId: this.id, tutorVerified }));
  }

  /** Nothing for a suspended user. Throws InvalidState, StaffProtected, LastSuperadmin. */
  suspend({ by, reason, until, otherSuperadmins }: Suspension): void {
    this.#protectStaff(by);
    if (this.status === 'suspended') return;
    if (this.status !== 'active' && this.status !== 'inactive') throw new InvalidState(this.id, this.status, 'suspend');
    this.#keepOneSuperadmin(otherSuperadmins);
    this.record(
      new UserSuspendedEvent({ userId: this.id, reason, ...(until === undefined ? {} : { until: until.toISOString() }) }),
    );
  }

  /** Nothing for an active user. Throws UserSuspended for a user who tries it alone, InvalidState, StaffProtected. */
  reactivate(by: Authority): void {
    this.#protectStaff(by);
    if (this.status === 'active') return;
    if (this.status === 'suspended' && by === 'self') throw new UserSuspended(this.id);
    if (this.status !== 'suspended' && this.status !== 'inactive') throw new InvalidState(this.id, this.status, 'reactivate');
    this.record(new UserReactivatedEvent({ userId: this.id }));
  }

  /** The user's own pause; nothing for an inactive one. Throws UserSuspended, UserNotActive. */
  deactivate(): void {
    if (this.status === 'inactive') return;
    if (this.status === 'suspended') throw new UserSuspended(this.id);
    this.#mustBeActive();
    this.record(new UserDeactivatedEvent({ userId: this.id }));
  }

  /** Asked again, the first date stands. Throws InvalidState. */
  requestErasure(dueAt: Date): void {
    if (this.status === 'erased') throw new InvalidState(this.id, this.status, 'request erasure');
    if (this.#state.erasureDueAt !== null) return;
    this.record(new UserErasureRequestedEvent({ userId: this.id, dueAt: dueAt.toISOString() }));
  }

  /** Forgets the person; id and role stay, because other records point to them. */
  erase(): void {
    if (this.status === 'erased') return;
    this.record(new UserErasedEvent({ userId: this.id }));
  }

  get id(): string {
    return this.#state.id;
  }
  get role(): UserRole {
    return UserRole.fromString(this.#state.role);
  }
  get status(): UserStatus {
    return this.#state.status;
  }
  /** A copy: what a caller does to it changes nothing here. */
  get state(): UserState {
    return structuredClone(this.#state);
  }

  protected readonly when: When<UserEvents> = {
    'user.created': ({ userId, ...rest }) => {
      this.#state = { ...NOBODY, ...rest, id: userId, settings: defaultSettings(rest.locale) };
    },
    'user.activated': () => this.#set({ status: 'active' }),
    'user.profile_updated': ({ changes }) => this.#set(changes.reduce(withChange, this.#state)),
    'user.settings_changed': ({ changes }) => this.#set({ settings: changes.reduce(withSetting, this.#state.settings) }),
    'user.role_changed': ({ newRole }) => this.#set({ role: newRole }),
    'user.badge_changed': ({ tutorVerified }) => this.#set({ tutorVerified }),
    'user.suspended': ({ until }) => this.#set({ status: 'suspended', suspendedUntil: until ?? null }),
    'user.reactivated': () => this.#set({ status: 'active', suspendedUntil: null }),
    'user.deactivated': () => this.#set({ status: 'inactive' }),
    'user.erasure_requested': ({ dueAt }) => this.#set({ erasureDueAt: dueAt }),
    'user.erased': () => {
      this.#state = { ...NOBODY, id: this.id, role: this.#state.role, status: 'erased' };
    },
  };

  #set(change: Partial<UserState>): void {
    this.#state = { ...this.#state, ...change };
  }

  #mustBeActive(): void {
    if (this.status !== 'active') throw new UserNotActive(this.id, this.status);
  }

  #mustBeEditable(): void {
    if (this.status === 'suspended') throw new UserSuspended(this.id);
    if (this.status === 'erased') throw new InvalidState(this.id, this.status, 'edit');
  }

  #protectStaff(by: Authority): void {
    if (this.role.isStaff && by !== 'superadmin') throw new StaffProtected(this.id);
  }

  #keepOneSuperadmin(others: number): void {
    if (this.role.value === 'superadmin' && this.status === 'active' && others === 0) throw new LastSuperadmin(this.id);
  }
}
