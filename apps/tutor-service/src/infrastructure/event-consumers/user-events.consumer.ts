import {
  UserActivated,
  UserCreated,
  UserDeactivated,
  UserErasureRequested,
  UserReactivated,
  UserRoleChanged,
  UserSuspended,
} from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { EraseTutorUseCase } from '../../application/use-cases/erase-tutor.usecase.ts';
import { LearnAboutUserUseCase } from '../../application/use-cases/learn-about-user.usecase.ts';

/** The bus keeps no order and repeats: the user's card sorts out what is newer, group by group. */
@Injectable()
@Consumer({ name: 'tutor-service.user-events', order: 'any' })
export class UserEventsConsumer {
  constructor(
    private readonly learn: LearnAboutUserUseCase,
    private readonly erase: EraseTutorUseCase,
  ) {}

  @Consumes(UserCreated)
  async handleUserCreated({ payload, streamVersion: version }: RecordedEvent<UserCreated>): Promise<void> {
    const { userId, email, firstName, lastName, role, status } = payload;
    const since = role === 'tutor' ? { tutorSince: version } : {};
    await this.learn.execute({ userId, version, person: { email, firstName, lastName }, role, status, ...since });
  }

  @Consumes(UserRoleChanged)
  async handleUserRoleChanged({ payload, streamVersion: version }: RecordedEvent<UserRoleChanged>): Promise<void> {
    const { userId, oldRole, newRole } = payload;
    const since = oldRole === 'tutor' ? { tutorSince: version - 1 } : newRole === 'tutor' ? { tutorSince: version } : {};
    await this.learn.execute({ userId, version, role: newRole, ...since });
  }

  @Consumes(UserActivated, UserReactivated)
  async handleUserActive({ payload, streamVersion }: RecordedEvent<UserActivated | UserReactivated>): Promise<void> {
    await this.learn.execute({ userId: payload.userId, version: streamVersion, status: 'active' });
  }

  @Consumes(UserSuspended)
  async handleUserSuspended({ payload, streamVersion }: RecordedEvent<UserSuspended>): Promise<void> {
    const { userId, until } = payload;
    await this.learn.execute({ userId, version: streamVersion, status: 'suspended', suspendedUntil: until });
  }

  @Consumes(UserDeactivated)
  async handleUserDeactivated({ payload, streamVersion }: RecordedEvent<UserDeactivated>): Promise<void> {
    await this.learn.execute({ userId: payload.userId, version: streamVersion, status: 'inactive' });
  }

  @Consumes(UserErasureRequested)
  async handleUserErasureRequested({ payload }: RecordedEvent<UserErasureRequested>): Promise<void> {
    await this.erase.execute(payload.userId);
  }
}
