import {
  UserCreated,
  UserCreationFailed,
  UserErasureRequested,
  UserReactivated,
  UserRoleChanged,
  UserSuspended,
} from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { CancelRegistrationUseCase } from '../../application/use-cases/cancel-registration.usecase.ts';
import { EraseAccountUseCase } from '../../application/use-cases/erase-account.usecase.ts';
import { LearnAboutUserUseCase } from '../../application/use-cases/learn-about-user.usecase.ts';

/** The bus keeps no order and repeats: the user's card sorts out what is newer, group by group. */
@Injectable()
@Consumer({ name: 'identity-service.user-events', order: 'any' })
export class UserEventsConsumer {
  constructor(
    private readonly learn: LearnAboutUserUseCase,
    private readonly cancel: CancelRegistrationUseCase,
    private readonly erase: EraseAccountUseCase,
  ) {}

  @Consumes(UserCreated)
  handleUserCreated({ payload, streamVersion: version }: RecordedEvent<UserCreated>): Promise<void> {
    const { userId, email, isMinor, locale, role } = payload;
    return this.learn.execute({ userId, version, person: { email, isMinor, locale }, role });
  }

  @Consumes(UserCreationFailed)
  handleUserCreationFailed({ payload }: RecordedEvent<UserCreationFailed>): Promise<void> {
    return this.cancel.execute(payload.userId, payload.reason);
  }

  @Consumes(UserRoleChanged)
  handleUserRoleChanged({ payload, streamVersion: version }: RecordedEvent<UserRoleChanged>): Promise<void> {
    return this.learn.execute({ userId: payload.userId, version, role: payload.newRole });
  }

  @Consumes(UserSuspended)
  handleUserSuspended({ payload, streamVersion: version }: RecordedEvent<UserSuspended>): Promise<void> {
    return this.learn.execute({ userId: payload.userId, version, suspended: true });
  }

  @Consumes(UserReactivated)
  handleUserReactivated({ payload, streamVersion: version }: RecordedEvent<UserReactivated>): Promise<void> {
    return this.learn.execute({ userId: payload.userId, version, suspended: false });
  }

  @Consumes(UserErasureRequested)
  handleUserErasureRequested({ payload }: RecordedEvent<UserErasureRequested>): Promise<void> {
    return this.erase.execute(payload.userId);
  }
}
