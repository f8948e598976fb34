import type { MemoryDatabase, MemoryTable, StoredAggregate } from '@edtech/shared-kernel/testing';
import type { SubjectFacts } from '../application/interfaces/approval-subjects.interface.ts';
import type { RecordedCheckpoint } from '../application/interfaces/audit-log.interface.ts';
import type { AdminUserState } from '../domain/entities/admin-user.entity.ts';
import type { ApprovalTaskState } from '../domain/entities/approval-task.entity.ts';
import type { AuditEntry, ChainEnd } from '../domain/entities/audit-entry.entity.ts';
import type { VerificationCaseState } from '../domain/entities/verification-case.state.ts';

/** The rows of admin-service in memory. */
export class AdminTables {
  readonly cases: MemoryTable<StoredAggregate<VerificationCaseState>>;
  readonly approvals: MemoryTable<StoredAggregate<ApprovalTaskState>>;
  readonly subjects: MemoryTable<SubjectFacts>;
  readonly admins: MemoryTable<StoredAggregate<AdminUserState>>;
  readonly users: MemoryTable<{ readonly expected: boolean; readonly erased: boolean }>;
  readonly erasures: MemoryTable<StoredAggregate<{ readonly id: string }>>;
  readonly entries: MemoryTable<AuditEntry>;
  /** Stands for the lock of the chain. */
  readonly chain: MemoryTable<ChainEnd>;
  readonly checkpoints: MemoryTable<StoredAggregate<RecordedCheckpoint>>;
  readonly totals: MemoryTable<{ readonly total: number }>;

  constructor(readonly database: MemoryDatabase) {
    this.cases = database.table('verification-cases');
    this.approvals = database.table('approval-tasks');
    this.subjects = database.table('approval-subjects');
    this.admins = database.table('admin-users');
    this.users = database.table('known-users');
    this.erasures = database.table('admin-erasures');
    this.entries = database.table('audit-entries');
    this.chain = database.table('audit-chain');
    this.checkpoints = database.table('audit-checkpoints');
    this.totals = database.table('admin-stats');
  }
}
