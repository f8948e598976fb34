import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { ServicePorts, ServiceTwins, Twins } from '@edtech/shared-kernel/testing';
import { ApprovalSubjects } from '../application/interfaces/approval-subjects.interface.ts';
import { AuditLog, type RecordedCheckpoint } from '../application/interfaces/audit-log.interface.ts';
import { AuditSeal } from '../application/interfaces/audit-seal.interface.ts';
import { CheckpointFile } from '../application/interfaces/checkpoint-file.interface.ts';
import { Erasures } from '../application/interfaces/erasures.interface.ts';
import { KnownUsers } from '../application/interfaces/known-users.interface.ts';
import {
  AdminUserRepository,
  ApprovalTaskRepository,
  VerificationCaseRepository,
} from '../application/interfaces/repository.interface.ts';
import { Statistics } from '../application/interfaces/statistics.interface.ts';
import { UserStatus } from '../application/interfaces/user-status.interface.ts';
import { VerificationTeam } from '../application/interfaces/verification-team.interface.ts';
import { AdminUser } from '../domain/entities/admin-user.entity.ts';
import { ApprovalTask, type ApprovalTaskState } from '../domain/entities/approval-task.entity.ts';
import type { Checkpoint } from '../domain/entities/audit-checkpoint.entity.ts';
import { VerificationCase } from '../domain/entities/verification-case.entity.ts';
import type { VerificationCaseState } from '../domain/entities/verification-case.state.ts';
import { ListCursors } from '../infrastructure/repositories/list-cursors.ts';
import { adminService } from '../admin-service.module.ts';
import { AdminTables } from './admin-tables.ts';
import {
  MemoryAdmins,
  MemoryApprovals,
  MemoryApprovalSubjects,
  MemoryErasures,
  MemoryKnownUsers,
  MemoryVerificationCases,
} from './memory-admin.repositories.ts';
import { MemoryAuditLog } from './memory-audit-log.ts';
import { MemoryStatistics } from './memory-statistics.ts';

/** The hourly job does not run in a simulation, so nothing is signed and no file is written. */
class NoSeal extends AuditSeal {
  async sign(): Promise<Checkpoint> {
    throw new Error('a simulation has no key');
  }
  async isGenuine(): Promise<boolean> {
    return true;
  }
}
class NoFile extends CheckpointFile {
  async read(): Promise<RecordedCheckpoint[]> {
    return [];
  }
  async append(): Promise<void> {}
}
/** Only a request of the edge asks for it. */
class NoUserStatus extends UserStatus {
  async change(): Promise<{ userId: string; status: string }> {
    throw new Error('a simulation has no requests between services');
  }
}

/** admin-service in memory. */
export const adminServiceTwins: ServiceTwins = {
  definition: adminService,
  unsimulated: {
    'admin-service.audit-checkpoint':
      'it signs where the audit stands, for a file outside; the audit itself is judged at the end of each run',
  },
  open(database): ServicePorts {
    const tables = new AdminTables(database);
    const { cases, approvals, admins, users, erasures, totals } = tables;
    const audit = new MemoryAuditLog(tables);
    const team: VerificationTeam = { mailAddress: 'verification@example.org' };
    return {
      twins: (): Twins =>
        new Map<Parameters<Twins['get']>[0], object>([
          [VerificationCaseRepository, new MemoryVerificationCases(tables)],
          [ApprovalTaskRepository, new MemoryApprovals(tables)],
          [ApprovalSubjects, new MemoryApprovalSubjects(tables)],
          [AdminUserRepository, new MemoryAdmins(tables)],
          [KnownUsers, new MemoryKnownUsers(tables)],
          [Erasures, new MemoryErasures(tables)],
          [Statistics, new MemoryStatistics(tables)],
          [AuditLog, audit],
          [AuditSeal, new NoSeal()],
          [CheckpointFile, new NoFile()],
          [VerificationTeam, team],
          [UserStatus, new NoUserStatus()],
          // Pages are asked for by requests only.
          [ListCursors, {}],
        ]),
      observable: () => ({
        cases: [...cases.committed.values()].flatMap(({ state }) => shownCase(state)).toSorted(),
        approvals: [...approvals.committed.values()].map(({ state }) => shownApproval(state)).toSorted(),
        admins: Object.fromEntries(
          [...admins.committed].flatMap(([id, { state }]) => (state.status === 'active' ? [[id, state.duties]] : [])),
        ),
        expected: [...users.committed].flatMap(([id, { expected }]) => (expected ? [id] : [])).toSorted(),
        erasures: [...erasures.committed.keys()].toSorted(),
        users: totals.committed.get('users.created')?.total ?? 0,
        audit: audit.flaw() ?? 'unbroken',
      }),
      aggregates: {
        [VerificationCase.AGGREGATE_TYPE]: {
          stored: (id) => recordedPart(cases.committed.get(id)?.state),
          replayed: (history) => recordedPart(VerificationCase.replay(asEvents(history)).state),
        },
        [ApprovalTask.AGGREGATE_TYPE]: {
          stored: (id) => approvals.committed.get(id) && shownApproval(approvals.committed.get(id)?.state),
          replayed: (history) => shownApproval(ApprovalTask.replay(asEvents(history)).state),
        },
        [AdminUser.AGGREGATE_TYPE]: {
          stored: (id) => admins.committed.get(id)?.state,
          replayed: (history) => AdminUser.replay(asEvents(history)).state,
        },
      },
    };
  },
};

/** Without the id, which is that of an event; and without what is closed: an erasure that came first left nothing to close. */
function shownCase({ tutorId, attempt, status, documents }: VerificationCaseState): string[] {
  if (status === 'closed') return [];
  return [`${tutorId}#${attempt} ${status} ${documents.map((document) => document.status).join(' ')}`];
}

function shownApproval(state: ApprovalTaskState | undefined): string {
  return `${state?.kind} ${state?.subjectId} ${state?.status}`;
}

/** Documents, subjects and the user are state that no event carries, and what staff wrote is masked when the user is erased. */
function recordedPart(state: VerificationCaseState | undefined): object | undefined {
  if (state === undefined) return undefined;
  const { documents: _, subjects: __, userId: ___, decision, ...rest } = state;
  return { ...rest, decidedBy: decision?.decidedBy };
}

function asEvents(history: readonly RecordedEvent[]): Pick<RecordedEvent, 'eventName' | 'payload'>[] {
  return history.map(({ eventName, payload }) => ({ eventName, payload }));
}
