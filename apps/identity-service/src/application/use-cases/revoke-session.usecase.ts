import { Injectable } from '@nestjs/common';
import { Transaction } from '@edtech/shared-kernel/application';
import { NotFound } from '@edtech/shared-kernel/domain';
import { SessionRepository } from '../interfaces/session-repository.ts';

@Injectable()
export class RevokeSessionUseCase {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly transaction: Transaction,
  ) {}

  /** It cannot be refreshed any more; its access token expires by itself. Throws NotFound, also for the session of somebody else. */
  async execute(sessionId: string, userId: string): Promise<void> {
    await this.transaction.run(async () => {
      if (!(await this.sessions.end(sessionId, userId))) throw new NotFound('Session', sessionId);
    });
  }
}
