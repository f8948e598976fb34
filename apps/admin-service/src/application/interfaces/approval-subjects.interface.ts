import type { ApprovalKind } from '../../domain/entities/approval-task.entity.ts';

/** What is known of a refund, dispute … beside its tasks. All calls inside a unit of work; until its end nobody else touches the same subject. */
export interface SubjectFacts {
  /** The subject came to an end: what still arrives opens nothing. */
  readonly closed: boolean;
  readonly amount: number | null;
  readonly currency: 'USD' | 'EUR' | 'GBP' | null;
  readonly requestedBy: string | null;
}

export abstract class ApprovalSubjects {
  abstract hold(kind: ApprovalKind, subjectId: string): Promise<SubjectFacts>;
  abstract learn(kind: ApprovalKind, subjectId: string, facts: Omit<SubjectFacts, 'closed'>): Promise<void>;
  abstract close(kind: ApprovalKind, subjectId: string): Promise<void>;
}
