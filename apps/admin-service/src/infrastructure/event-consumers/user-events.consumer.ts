import { UserCreated, UserErasureRequested, UserRoleChanged } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { EraseUserUseCase } from '../../application/use-cases/erase-user.usecase.ts';
import { FollowRoleUseCase } from '../../application/use-cases/follow-role.usecase.ts';

/** The newest role of a user counts; an older one that comes after it is dropped. */
@Injectable()
@Consumer({ name: 'admin-service.user-events', order: 'latest' })
export class UserEventsConsumer {
  constructor(
    private readonly followRole: FollowRoleUseCase,
    private readonly erase: EraseUserUseCase,
  ) {}

  @Consumes(UserCreated, UserRoleChanged)
  async handleUserRole({ payload }: RecordedEvent<UserCreated | UserRoleChanged>): Promise<void> {
    await this.followRole.execute(payload.userId, 'newRole' in payload ? payload.newRole : payload.role);
  }

  @Consumes(UserErasureRequested)
  async handleUserErasureRequested({ payload }: RecordedEvent<UserErasureRequested>): Promise<void> {
    await this.erase.execute(payload.userId);
  }
}
