import type { AdminUser } from '../../domain/entities/admin-user.entity.ts';
import type { ApprovalKind, ApprovalTask, ApprovalTaskState } from '../../domain/entities/approval-task.entity.ts';
import type { VerificationCase } from '../../domain/entities/verification-case.entity.ts';
import type { VerificationCaseState } from '../../domain/entities/verification-case.state.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null: this was the last. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface CaseQuery extends PageRequest {
  readonly status?: VerificationCaseState['status'] | undefined;
  readonly assignee?: string | undefined;
}

export interface ApprovalQuery extends PageRequest {
  readonly status?: ApprovalTaskState['status'] | undefined;
  readonly kind?: ApprovalKind | undefined;
}

export abstract class VerificationCaseRepository {
  /** Throws NotFound. */
  abstract get(caseId: string): Promise<VerificationCase>;
  abstract find(caseId: string): Promise<VerificationCase | undefined>;
  abstract ofAttempt(tutorId: string, attempt: number): Promise<VerificationCase | undefined>;
  /** Those that wait for a decision. */
  abstract undecidedOf(tutorId: string): Promise<VerificationCase[]>;
  abstract save(verificationCase: VerificationCase): Promise<void>;
  /** Oldest first: what waits longest is looked at first. Throws InvalidCursor for a cursor that was not given out for these filters. */
  abstract list(query: CaseQuery): Promise<Page<VerificationCase>>;
  /** Inside a unit of work. Removes what staff wrote about the user from the rows; who decided what, and when, stays. */
  abstract maskNotes(userId: string): Promise<void>;
}

export abstract class ApprovalTaskRepository {
  /** Throws NotFound. */
  abstract get(approvalId: string): Promise<ApprovalTask>;
  abstract find(approvalId: string): Promise<ApprovalTask | undefined>;
  abstract openFor(kind: ApprovalKind, subjectId: string): Promise<ApprovalTask | undefined>;
  abstract save(task: ApprovalTask): Promise<void>;
  /** Oldest first. Throws InvalidCursor for a cursor that was not given out for these filters. */
  abstract list(query: ApprovalQuery): Promise<Page<ApprovalTask>>;
}

export abstract class AdminUserRepository {
  /** Throws NotFound. */
  abstract get(userId: string): Promise<AdminUser>;
  abstract find(userId: string): Promise<AdminUser | undefined>;
  abstract save(admin: AdminUser): Promise<void>;
  /** By id; there are few. */
  abstract all(): Promise<AdminUser[]>;
}
