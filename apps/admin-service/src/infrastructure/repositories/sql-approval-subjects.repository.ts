import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { ApprovalSubjects, type SubjectFacts } from '../../application/interfaces/approval-subjects.interface.ts';
import type { ApprovalKind } from '../../domain/entities/approval-task.entity.ts';

interface Row {
  readonly closed: boolean;
  readonly amount: string | null;
  readonly currency: SubjectFacts['currency'];
  readonly requested_by: string | null;
}

@Injectable()
export class SqlApprovalSubjects extends ApprovalSubjects {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async hold(kind: ApprovalKind, subjectId: string): Promise<SubjectFacts> {
    const [row] = await this.#upsert<Row>('closed = known.closed', [kind, subjectId]);
    if (row === undefined) throw new Error(`${kind} ${subjectId} has no row after it was written`);
    const { closed, amount, currency, requested_by: requestedBy } = row;
    return { closed, amount: amount === null ? null : Number(amount), currency, requestedBy };
  }

  async learn(kind: ApprovalKind, subjectId: string, facts: Omit<SubjectFacts, 'closed'>): Promise<void> {
    await this.hold(kind, subjectId);
    const client = await this.unitOfWork.client();
    await client.query({
      text: 'UPDATE approval_subjects SET amount = $3, currency = $4, requested_by = $5 WHERE kind = $1 AND subject_id = $2',
      values: [kind, subjectId, facts.amount, facts.currency, facts.requestedBy],
    });
  }

  async close(kind: ApprovalKind, subjectId: string): Promise<void> {
    await this.hold(kind, subjectId);
    await this.#upsert('closed = true', [kind, subjectId]);
  }

  async #upsert<R extends object>(change: string, values: string[]): Promise<R[]> {
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<R>({
      text: `INSERT INTO approval_subjects AS known (kind, subject_id) VALUES ($1, $2)
             ON CONFLICT (kind, subject_id) DO UPDATE SET ${change} RETURNING *`,
      values,
    });
    return rows;
  }
}
