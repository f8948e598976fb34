import { UserCreated, UserErasureRequested, UserReactivated, UserSuspended } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { PayoutAccounts } from '../../application/interfaces/payout-accounts.interface.ts';
import { EraseUserUseCase } from '../../application/use-cases/erase-user.usecase.ts';
import { SuspendPayoutsUseCase } from '../../application/use-cases/suspend-payouts.usecase.ts';

/** The bus keeps no order and repeats: the account knows which suspension is newer, and who was erased. */
@Injectable()
@Consumer({ name: 'payment-service.user-events', order: 'any' })
export class UserEventsConsumer {
  constructor(
    private readonly accounts: PayoutAccounts,
    private readonly suspendPayouts: SuspendPayoutsUseCase,
    private readonly erase: EraseUserUseCase,
  ) {}

  @Consumes(UserCreated)
  async handleUserCreated({ payload }: RecordedEvent<UserCreated>): Promise<void> {
    await this.accounts.addCustomer(payload.userId);
  }

  @Consumes(UserSuspended)
  async handleUserSuspended({ payload, streamVersion: version }: RecordedEvent<UserSuspended>): Promise<void> {
    await this.suspendPayouts.suspend({ tutorId: payload.userId, version });
  }

  @Consumes(UserReactivated)
  async handleUserReactivated({ payload, streamVersion: version }: RecordedEvent<UserReactivated>): Promise<void> {
    await this.suspendPayouts.lift({ tutorId: payload.userId, version });
  }

  @Consumes(UserErasureRequested)
  async handleUserErasureRequested({ payload }: RecordedEvent<UserErasureRequested>): Promise<void> {
    await this.erase.execute(payload.userId);
  }
}
