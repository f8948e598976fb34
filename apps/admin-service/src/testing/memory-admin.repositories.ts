import { NotFound } from '@edtech/shared-kernel/domain';
import { ApprovalSubjects, type SubjectFacts } from '../application/interfaces/approval-subjects.interface.ts';
import { Erasures } from '../application/interfaces/erasures.interface.ts';
import { KnownUsers } from '../application/interfaces/known-users.interface.ts';
import {
  AdminUserRepository,
  ApprovalTaskRepository,
  VerificationCaseRepository,
  type Page,
} from '../application/interfaces/repository.interface.ts';
import { AdminUser } from '../domain/entities/admin-user.entity.ts';
import { ApprovalTask, type ApprovalKind } from '../domain/entities/approval-task.entity.ts';
import { Erasure } from '../domain/entities/erasure.entity.ts';
import { VerificationCase } from '../domain/entities/verification-case.entity.ts';
import type { AdminTables } from './admin-tables.ts';

/** Twin of the repository over Postgres. */
export class MemoryVerificationCases extends VerificationCaseRepository {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  async get(caseId: string): Promise<VerificationCase> {
    const found = await this.find(caseId);
    if (found === undefined) throw new NotFound('Case', caseId);
    return found;
  }

  async find(caseId: string): Promise<VerificationCase | undefined> {
    const row = await this.tables.cases.get(caseId);
    return row && VerificationCase.rehydrate(row.state, row.position);
  }

  async ofAttempt(tutorId: string, attempt: number): Promise<VerificationCase | undefined> {
    return (await this.#all()).find(({ state }) => state.tutorId === tutorId && state.attempt === attempt);
  }

  async undecidedOf(tutorId: string): Promise<VerificationCase[]> {
    return (await this.#all()).filter((one) => one.state.tutorId === tutorId && one.undecided);
  }

  async save(one: VerificationCase): Promise<void> {
    await this.tables.database.save(one, VerificationCase.AGGREGATE_TYPE, this.tables.cases, one.state);
  }

  async list(): Promise<Page<VerificationCase>> {
    return { items: await this.#all(), next: null };
  }

  async maskNotes(userId: string): Promise<void> {
    for (const [id, { state }] of this.tables.cases.committed) {
      if (state.userId !== userId) continue;
      await this.tables.cases.update(id, (known) => {
        if (known === undefined) throw new NotFound('Case', id);
        const { decision } = known.state;
        const masked = decision && { reason: 'erased', feedback: null, items: [], decidedBy: decision.decidedBy };
        return { ...known, state: { ...known.state, decision: masked } };
      });
    }
  }

  async #all(): Promise<VerificationCase[]> {
    return (await this.tables.cases.rows()).map(({ state, position }) => VerificationCase.rehydrate(state, position));
  }
}

/** Twin of the repository over Postgres. */
export class MemoryApprovals extends ApprovalTaskRepository {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  async get(approvalId: string): Promise<ApprovalTask> {
    const task = await this.find(approvalId);
    if (task === undefined) throw new NotFound('Approval', approvalId);
    return task;
  }

  async find(approvalId: string): Promise<ApprovalTask | undefined> {
    const row = await this.tables.approvals.get(approvalId);
    return row && ApprovalTask.rehydrate(row.state, row.position);
  }

  async openFor(kind: ApprovalKind, subjectId: string): Promise<ApprovalTask | undefined> {
    const { items } = await this.list();
    return items.find(({ state }) => state.kind === kind && state.subjectId === subjectId && state.status === 'open');
  }

  async save(task: ApprovalTask): Promise<void> {
    await this.tables.database.save(task, ApprovalTask.AGGREGATE_TYPE, this.tables.approvals, task.state);
  }

  async list(): Promise<Page<ApprovalTask>> {
    const rows = await this.tables.approvals.rows();
    return { items: rows.map(({ state, position }) => ApprovalTask.rehydrate(state, position)), next: null };
  }
}

/** Twin of the repository over Postgres. */
export class MemoryAdmins extends AdminUserRepository {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  async get(userId: string): Promise<AdminUser> {
    const admin = await this.find(userId);
    if (admin === undefined) throw new NotFound('Administrator', userId);
    return admin;
  }

  async find(userId: string): Promise<AdminUser | undefined> {
    const row = await this.tables.admins.get(userId);
    return row && AdminUser.rehydrate(row.state, row.position);
  }

  async save(admin: AdminUser): Promise<void> {
    await this.tables.database.save(admin, AdminUser.AGGREGATE_TYPE, this.tables.admins, admin.state);
  }

  async all(): Promise<AdminUser[]> {
    return (await this.tables.admins.rows()).map(({ state, position }) => AdminUser.rehydrate(state, position));
  }
}

const UNKNOWN = { expected: false, erased: false };

/** Twin of the users over Postgres. */
export class MemoryKnownUsers extends KnownUsers {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  async hold(userId: string): Promise<boolean> {
    return !(await this.tables.users.update(userId, (known = UNKNOWN) => known)).erased;
  }

  async expectProfile(userId: string): Promise<void> {
    await this.tables.users.update(userId, (known = UNKNOWN) => ({ ...known, expected: !known.erased }));
  }

  async expectNoProfile(userId: string): Promise<void> {
    await this.tables.users.update(userId, (known = UNKNOWN) => ({ ...known, expected: false }));
  }

  async erase(userId: string): Promise<void> {
    await this.tables.users.put(userId, { expected: false, erased: true });
  }

  async expectedProfiles(): Promise<number> {
    return (await this.tables.users.rows()).filter(({ expected }) => expected).length;
  }
}

const NOTHING: SubjectFacts = { closed: false, amount: null, currency: null, requestedBy: null };

/** Twin of the subjects over Postgres. */
export class MemoryApprovalSubjects extends ApprovalSubjects {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  hold(kind: ApprovalKind, subjectId: string): Promise<SubjectFacts> {
    return this.tables.subjects.update(`${kind}/${subjectId}`, (known = NOTHING) => known);
  }

  async learn(kind: ApprovalKind, subjectId: string, facts: Omit<SubjectFacts, 'closed'>): Promise<void> {
    await this.tables.subjects.update(`${kind}/${subjectId}`, (known = NOTHING) => ({ ...known, ...facts }));
  }

  async close(kind: ApprovalKind, subjectId: string): Promise<void> {
    await this.tables.subjects.update(`${kind}/${subjectId}`, (known = NOTHING) => ({ ...known, closed: true }));
  }
}

/** Twin of the erasures over Postgres. */
export class MemoryErasures extends Erasures {
  constructor(private readonly tables: AdminTables) {
    super();
  }

  async confirm(userId: string): Promise<void> {
    const { database, erasures } = this.tables;
    if ((await erasures.get(userId)) !== undefined) return;
    await database.save(Erasure.confirm(userId), Erasure.AGGREGATE_TYPE, erasures, { id: userId });
  }
}
