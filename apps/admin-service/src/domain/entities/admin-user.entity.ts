import { AggregateRoot, NO_STREAM, type BaseDomainEvent, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { AdminNotActive } from '../errors/admin.errors.ts';
import { AdminCreatedEvent } from '../events/admin-created.event.ts';
import { AdminDeactivatedEvent } from '../events/admin-deactivated.event.ts';
import { AdminDutiesChangedEvent } from '../events/admin-duties-changed.event.ts';
import { checkedDuties, type Duty } from '../value-objects/duty.vo.ts';

export interface AdminUserState {
  /** The user's. */
  readonly id: string;
  readonly duties: readonly Duty[];
  readonly status: 'active' | 'deactivated';
}

type AdminUserEvents = typeof AdminCreatedEvent | typeof AdminDeactivatedEvent | typeof AdminDutiesChangedEvent;

/** A user with the role of an administrator, and what this one is responsible for: nothing, until a superadmin says so. */
export class AdminUser extends AggregateRoot<AdminUserEvents> {
  static override readonly AGGREGATE_TYPE = 'AdminUser';
  #state: AdminUserState = { id: '', duties: [], status: 'active' };

  protected readonly when: When<AdminUserEvents> = {
    'admin.created': ({ userId }) => {
      this.#state = { id: userId, duties: [], status: 'active' };
    },
    'admin.deactivated': () => {
      this.#state = { ...this.#state, duties: [], status: 'deactivated' };
    },
    'admin.duties_changed': ({ duties }) => {
      this.#state = { ...this.#state, duties };
    },
  };

  static create(userId: string): AdminUser {
    const admin = new AdminUser();
    admin.record(new AdminCreatedEvent({ userId }));
    return admin;
  }

  static rehydrate(state: AdminUserState, position: StreamPosition): AdminUser {
    const admin = new AdminUser();
    admin.#state = state;
    admin.standAt(position);
    return admin;
  }

  /** The administrator that a whole history leads to, for reading only: its position names no hash to append to. */
  static replay(history: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): AdminUser {
    const admin = new AdminUser();
    for (const { eventName, payload } of history) admin.fold(eventName, payload);
    admin.standAt({ ...NO_STREAM, version: history.length });
    return admin;
  }

  get id(): string {
    return this.#state.id;
  }
  get state(): AdminUserState {
    return this.#state;
  }

  hasDuty(duty: Duty): boolean {
    return this.#state.status === 'active' && this.#state.duties.includes(duty);
  }

  /** The user has got the role. Who is active here has lost it in between, though nobody has said so yet: the duties end all the same. */
  appoint(): void {
    this.deactivate('role_changed');
    this.record(new AdminCreatedEvent({ userId: this.id }));
  }

  deactivate(reason: string): void {
    if (this.#state.status === 'active') this.record(new AdminDeactivatedEvent({ userId: this.id, reason }));
  }

  /** From now on these, and no others. Throws UnknownDuty, AdminNotActive. */
  grant(names: readonly string[]): void {
    const duties = checkedDuties(names);
    if (this.#state.status !== 'active') throw new AdminNotActive(this.id);
    const same = duties.length === this.#state.duties.length && duties.every((duty) => this.#state.duties.includes(duty));
    if (!same) this.record(new AdminDutiesChangedEvent({ userId: this.id, duties }));
  }
}
