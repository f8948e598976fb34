import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { MemoryDatabase, ServicePorts, ServiceTwins, Twins } from '@edtech/shared-kernel/testing';
import { OpenItems } from '../application/interfaces/open-items.ts';
import { RegistrationRepository } from '../application/interfaces/registration-repository.ts';
import { UserRepository } from '../application/interfaces/repository.interface.ts';
import { UserAnalytics } from '../application/interfaces/user-analytics.ts';
import { UserHistory } from '../application/interfaces/user-history.ts';
import { RefusedRegistration } from '../domain/entities/refused-registration.entity.ts';
import { User } from '../domain/entities/user.entity.ts';
import { UserCreationFailedEvent } from '../domain/events/user-creation-failed.event.ts';
import type { Evidence } from '../domain/value-objects/registration-evidence.vo.ts';
import { userService } from '../user-service.module.ts';
import { NoOpenItems } from './no-open-items.ts';
import { MemoryUserRepository } from './memory-user.repository.ts';
import { UserTables } from './user-tables.ts';

class MemoryRegistrations extends RegistrationRepository {
  constructor(private readonly tables: UserTables) {
    super();
  }

  async add(userId: string, evidence: Evidence): Promise<ReadonlySet<Evidence>> {
    const row = await this.tables.registrations.update(userId, (known) => ({
      evidence: [...new Set([...(known?.evidence ?? []), evidence])],
    }));
    return new Set(row.evidence);
  }

  async isRefused(userId: string): Promise<boolean> {
    return (await this.tables.refused.get(userId)) !== undefined;
  }

  async saveRefusal(refused: RefusedRegistration): Promise<void> {
    const { database, refused: table } = this.tables;
    await database.save(refused, RefusedRegistration.AGGREGATE_TYPE, table, { reason: refused.reason });
  }
}

class MemoryAnalytics extends UserAnalytics {
  constructor(private readonly tables: UserTables) {
    super();
  }

  async registered(userId: string, role: string): Promise<void> {
    await this.tables.analytics.update(userId, (row) => ({
      role: row?.role ?? role,
      registrations: (row?.registrations ?? 0) + 1,
    }));
  }

  async noShow(tutorId: string, who: 'tutor' | 'student'): Promise<void> {
    await this.tables.noShows.update(`${tutorId} ${who}`, (row) => ({ count: (row?.count ?? 0) + 1 }));
  }
}

class MemoryUserHistory extends UserHistory {
  constructor(private readonly database: MemoryDatabase) {
    super();
  }

  async of(userId: string): Promise<RecordedEvent[]> {
    return this.database.history(User.AGGREGATE_TYPE, userId);
  }
}

/** user-service in memory. */
export const userServiceTwins: ServiceTwins = {
  definition: userService,
  open(database): ServicePorts {
    const tables = new UserTables(database);
    const { users, settings, registrations, refused, analytics, noShows } = tables;
    return {
      twins: (): Twins =>
        new Map<Parameters<Twins['get']>[0], object>([
          [UserRepository, new MemoryUserRepository(tables)],
          [RegistrationRepository, new MemoryRegistrations(tables)],
          [UserAnalytics, new MemoryAnalytics(tables)],
          [UserHistory, new MemoryUserHistory(database)],
          [OpenItems, new NoOpenItems()],
        ]),
      observable: () => ({
        users: Object.fromEntries(
          [...users.committed].map(([id, { state }]) => [
            id,
            { ...tables.stateOf(state), erasureDueAt: state.user.erasureDueAt !== null },
          ]),
        ),
        settings: Object.fromEntries(settings.committed),
        registrations: Object.fromEntries([...registrations.committed].map(([id, { evidence }]) => [id, evidence.toSorted()])),
        refused: Object.fromEntries([...refused.committed].map(([id, { state }]) => [id, state])),
        analytics: Object.fromEntries(analytics.committed),
        noShows: Object.fromEntries(noShows.committed),
      }),
      aggregates: {
        [User.AGGREGATE_TYPE]: {
          stored: (id) => {
            const row = users.committed.get(id);
            return row && tables.stateOf(row.state);
          },
          // A refused registration has the stream of the user it did not become.
          replayed: (history) =>
            history[0]?.eventName === UserCreationFailedEvent.EVENT_NAME ? undefined : User.replay(history).state,
        },
      },
    };
  },
};
