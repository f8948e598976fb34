import { Injectable } from '@nestjs/common';
import { PayoutAccounts } from '../interfaces/payout-accounts.interface.ts';
import { PayoutList } from '../interfaces/payout-list.interface.ts';
import { PayoutRepository } from '../interfaces/payout.repository.ts';

interface Suspension {
  readonly tutorId: string;
  /** Of the user's event. */
  readonly version: number;
}

/** While a tutor is suspended no transfer begins; what was held then stays held until a person lets it go. */
@Injectable()
export class SuspendPayoutsUseCase {
  constructor(
    private readonly accounts: PayoutAccounts,
    private readonly list: PayoutList,
    private readonly payouts: PayoutRepository,
  ) {}

  async suspend({ tutorId, version }: Suspension): Promise<void> {
    if (!(await this.accounts.setSuspended(tutorId, true, version))) return;
    for (const payoutId of await this.list.unpaidOf(tutorId)) {
      await this.payouts.change(payoutId, (payout) => {
        // A transfer that is under way cannot be called back.
        if (payout.status === 'scheduled' || payout.status === 'failed') payout.hold({ reason: 'tutor_suspended' });
      });
    }
  }

  async lift({ tutorId, version }: Suspension): Promise<void> {
    await this.accounts.setSuspended(tutorId, false, version);
  }
}
