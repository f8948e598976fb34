import { AggregateTable, ConcurrencyConflict, NotFound, positionOf, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import { ApprovalTaskRepository, type ApprovalQuery, type Page } from '../../application/interfaces/repository.interface.ts';
import { ApprovalTask, type ApprovalKind } from '../../domain/entities/approval-task.entity.ts';
import { approvalTasks } from '../database/schema.ts';
import { ListCursors } from './list-cursors.ts';

const table = new AggregateTable(approvalTasks);
const seq = sql<string>`"approval_tasks"."seq"`;

@Injectable()
export class DrizzleApprovalTaskRepository extends ApprovalTaskRepository {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: ListCursors,
  ) {
    super();
  }

  async get(approvalId: string): Promise<ApprovalTask> {
    const task = await this.find(approvalId);
    if (task === undefined) throw new NotFound('Approval', approvalId);
    return task;
  }

  find(approvalId: string): Promise<ApprovalTask | undefined> {
    return this.#where(eq(approvalTasks.id, approvalId));
  }

  openFor(kind: ApprovalKind, subjectId: string): Promise<ApprovalTask | undefined> {
    const subject = and(eq(approvalTasks.kind, kind), eq(approvalTasks.subjectId, subjectId));
    return this.#where(and(subject, eq(approvalTasks.status, 'open')));
  }

  async save(task: ApprovalTask): Promise<void> {
    const { kind, subjectId } = task.state;
    const taken = async (): Promise<Error> => new ConcurrencyConflict(`${kind}/${subjectId}`, 0, 1);
    await this.unitOfWork.save(task, ApprovalTask.AGGREGATE_TYPE, table, task.state, taken);
  }

  async list({ limit, cursor, status, kind }: ApprovalQuery): Promise<Page<ApprovalTask>> {
    const db = await this.unitOfWork.reading();
    const filters = ['approvals', status ?? null, kind ?? null];
    const fits = and(
      status === undefined ? undefined : eq(approvalTasks.status, status),
      kind === undefined ? undefined : eq(approvalTasks.kind, kind),
      cursor === undefined ? undefined : sql`${seq} > ${await this.cursors.read(cursor, filters)}::bigint`,
    );
    const rows = await db
      .select({ row: approvalTasks, seq })
      .from(approvalTasks)
      .where(fits)
      .orderBy(asc(seq))
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { items: page.map(({ row }) => toTask(row)), next: more ? await this.cursors.write(last.seq, filters) : null };
  }

  async #where(condition: SQL | undefined): Promise<ApprovalTask | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(approvalTasks).where(condition);
    return row && toTask(row);
  }
}

function toTask(row: typeof approvalTasks.$inferSelect): ApprovalTask {
  const { streamVersion: _, streamHash: __, recordedAt: ___, ...state } = row;
  return ApprovalTask.rehydrate(state, positionOf(row));
}
