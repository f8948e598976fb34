import { DomainEventHistory, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { UserHistory } from '../../application/interfaces/user-history.ts';
import { User } from '../../domain/entities/user.entity.ts';

@Injectable()
export class LoggedUserHistory extends UserHistory {
  constructor(private readonly history: DomainEventHistory) {
    super();
  }

  of(userId: string): Promise<RecordedEvent[]> {
    return this.history.of(User.AGGREGATE_TYPE, userId);
  }
}
