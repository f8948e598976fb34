import { Injectable } from '@nestjs/common';
import { Secrets } from '../interfaces/secrets.ts';
import { SessionRepository } from '../interfaces/session-repository.ts';
import { Transaction } from '@edtech/shared-kernel/application';

@Injectable()
export class LogoutUseCase {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly secrets: Secrets,
    private readonly transaction: Transaction,
  ) {}

  /** Ends the session of this refresh token; nothing for one that has ended. Its access token expires by itself. */
  async execute(refreshToken: string): Promise<void> {
    await this.transaction.run(async () => {
      const session = await this.sessions.findByToken(this.secrets.hashOf(refreshToken));
      if (session !== undefined) await this.sessions.end(session.state.id, session.state.userId);
    });
  }
}
