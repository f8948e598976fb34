import { TutorCreated } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { PayoutAccounts } from '../../application/interfaces/payout-accounts.interface.ts';

@Injectable()
@Consumer({ name: 'payment-service.tutor-events', order: 'any' })
export class TutorEventsConsumer {
  constructor(private readonly accounts: PayoutAccounts) {}

  @Consumes(TutorCreated)
  async handleTutorCreated({ payload }: RecordedEvent<TutorCreated>): Promise<void> {
    await this.accounts.open(payload.tutorId);
  }
}
