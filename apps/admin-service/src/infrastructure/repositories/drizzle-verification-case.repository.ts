import { AggregateTable, NotFound, positionOf, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import { VerificationCaseRepository, type CaseQuery, type Page } from '../../application/interfaces/repository.interface.ts';
import { VerificationCase } from '../../domain/entities/verification-case.entity.ts';
import { verificationCases } from '../database/schema.ts';
import { ListCursors } from './list-cursors.ts';

const table = new AggregateTable(verificationCases);
const seq = sql<string>`"verification_cases"."seq"`;

@Injectable()
export class DrizzleVerificationCaseRepository extends VerificationCaseRepository {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly cursors: ListCursors,
  ) {
    super();
  }

  async get(caseId: string): Promise<VerificationCase> {
    const found = await this.find(caseId);
    if (found === undefined) throw new NotFound('Case', caseId);
    return found;
  }

  async find(caseId: string): Promise<VerificationCase | undefined> {
    return (await this.#where(eq(verificationCases.id, caseId)))[0];
  }

  async ofAttempt(tutorId: string, attempt: number): Promise<VerificationCase | undefined> {
    return (await this.#where(and(eq(verificationCases.tutorId, tutorId), eq(verificationCases.attempt, attempt))))[0];
  }

  undecidedOf(tutorId: string): Promise<VerificationCase[]> {
    const undecided = inArray(verificationCases.status, ['open', 'assigned']);
    return this.#where(and(eq(verificationCases.tutorId, tutorId), undecided));
  }

  async save(verificationCase: VerificationCase): Promise<void> {
    const { state } = verificationCase;
    const row = { ...state, dueAt: new Date(state.dueAt) };
    await this.unitOfWork.save(verificationCase, VerificationCase.AGGREGATE_TYPE, table, row);
  }

  async list({ limit, cursor, status, assignee }: CaseQuery): Promise<Page<VerificationCase>> {
    const db = await this.unitOfWork.reading();
    const filters = ['cases', status ?? null, assignee ?? null];
    const fits = and(
      status === undefined ? undefined : eq(verificationCases.status, status),
      assignee === undefined ? undefined : eq(verificationCases.assignee, assignee),
      cursor === undefined ? undefined : sql`${seq} > ${await this.cursors.read(cursor, filters)}::bigint`,
    );
    const rows = await db
      .select({ row: verificationCases, seq })
      .from(verificationCases)
      .where(fits)
      .orderBy(asc(seq))
      .limit(limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { items: page.map(({ row }) => toCase(row)), next: more ? await this.cursors.write(last.seq, filters) : null };
  }

  async maskNotes(userId: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    const masked = sql`decision || '{"reason": "erased", "feedback": null, "items": []}'::jsonb`;
    await db.update(verificationCases).set({ decision: masked }).where(eq(verificationCases.userId, userId));
  }

  async #where(condition: SQL | undefined): Promise<VerificationCase[]> {
    const db = await this.unitOfWork.reading();
    const rows = await db.select().from(verificationCases).where(condition).orderBy(asc(seq));
    return rows.map(toCase);
  }
}

function toCase(row: typeof verificationCases.$inferSelect): VerificationCase {
  const { streamVersion: _, streamHash: __, recordedAt: ___, dueAt, ...state } = row;
  return VerificationCase.rehydrate({ ...state, dueAt: dueAt.toISOString() }, positionOf(row));
}
