import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { and, desc, eq, or, sql } from 'drizzle-orm';
import { SessionRepository } from '../../application/interfaces/session-repository.ts';
import { Session } from '../../domain/entities/session.entity.ts';
import { rotatedTokens, sessions } from '../database/schema.ts';

type Row = typeof sessions.$inferSelect;

@Injectable()
export class DrizzleSessionRepository extends SessionRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async findByToken(tokenHash: string): Promise<Session | undefined> {
    const db = await this.unitOfWork.reading();
    const rotated = db.select({ id: rotatedTokens.sessionId }).from(rotatedTokens).where(eq(rotatedTokens.hash, tokenHash));
    const [row] = await db
      .select()
      .from(sessions)
      .where(or(eq(sessions.tokenHash, tokenHash), sql`${sessions.id} IN ${rotated}`));
    return row && toSession(row);
  }

  async of(userId: string): Promise<Session[]> {
    const db = await this.unitOfWork.reading();
    const rows = await db
      .select()
      .from(sessions)
      .where(and(eq(sessions.userId, userId), sql`${sessions.expiresAt} > now()`))
      .orderBy(desc(sessions.refreshedAt));
    return rows.map(toSession);
  }

  async add({ state }: Session): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.insert(sessions).values(toRow(state));
  }

  async rotate({ state }: Session, exchanged: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.insert(rotatedTokens).values({ hash: exchanged, sessionId: state.id });
    await db.update(sessions).set(toRow(state)).where(eq(sessions.id, state.id));
  }

  async end(sessionId: string, userId: string): Promise<boolean> {
    const db = await this.unitOfWork.transaction();
    const { rowCount } = await db.delete(sessions).where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
    return rowCount === 1;
  }

  async endAll(userId: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.delete(sessions).where(eq(sessions.userId, userId));
  }
}

function toSession({ createdAt, refreshedAt, expiresAt, ...row }: Row): Session {
  return new Session({
    ...row,
    createdAt: createdAt.toISOString(),
    refreshedAt: refreshedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  });
}

function toRow({ createdAt, refreshedAt, expiresAt, ...state }: Session['state']): Row {
  return { ...state, createdAt: new Date(createdAt), refreshedAt: new Date(refreshedAt), expiresAt: new Date(expiresAt) };
}
