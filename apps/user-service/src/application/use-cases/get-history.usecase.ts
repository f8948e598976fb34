import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { UserHistory } from '../interfaces/user-history.ts';

@Injectable()
export class GetHistoryUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly history: UserHistory,
  ) {}

  /** Newest first. Throws NotFound. */
  async execute(userId: string): Promise<{ items: RecordedEvent[] }> {
    const user = await this.users.get(userId);
    return { items: await this.history.of(user.id) };
  }
}
