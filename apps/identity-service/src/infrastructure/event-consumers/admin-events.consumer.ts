import { AdminDeactivated, AdminDutiesChanged } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { LearnAboutUserUseCase } from '../../application/use-cases/learn-about-user.usecase.ts';

@Injectable()
@Consumer({ name: 'identity-service.admin-events', order: 'any' })
export class AdminEventsConsumer {
  constructor(private readonly learn: LearnAboutUserUseCase) {}

  @Consumes(AdminDutiesChanged)
  handleDutiesChanged({ payload, streamVersion: version }: RecordedEvent<AdminDutiesChanged>): Promise<void> {
    return this.learn.execute({ userId: payload.userId, version, duties: payload.duties });
  }

  @Consumes(AdminDeactivated)
  handleDeactivated({ payload, streamVersion: version }: RecordedEvent<AdminDeactivated>): Promise<void> {
    return this.learn.execute({ userId: payload.userId, version, duties: [] });
  }
}
