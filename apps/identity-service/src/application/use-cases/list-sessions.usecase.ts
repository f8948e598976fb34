import { Injectable } from '@nestjs/common';
import type { SessionState } from '../../domain/entities/session.entity.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';

export type SessionView = Pick<SessionState, 'id' | 'createdAt' | 'refreshedAt' | 'expiresAt'>;

@Injectable()
export class ListSessionsUseCase {
  constructor(private readonly sessions: SessionRepository) {}

  async execute(userId: string): Promise<{ items: SessionView[] }> {
    const sessions = await this.sessions.of(userId);
    const items = sessions.map(({ state: { id, createdAt, refreshedAt, expiresAt } }) => ({
      id,
      createdAt,
      refreshedAt,
      expiresAt,
    }));
    return { items };
  }
}
