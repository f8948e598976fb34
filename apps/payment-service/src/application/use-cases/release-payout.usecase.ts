import { Injectable } from '@nestjs/common';
import { PayoutRepository } from '../interfaces/payout.repository.ts';

@Injectable()
export class ReleasePayoutUseCase {
  constructor(private readonly payouts: PayoutRepository) {}

  /** Throws NotFound, PayoutInvalidState, PayoutSamePerson. */
  async execute(payoutId: string, { by, reason }: { readonly by: string; readonly reason: string }): Promise<void> {
    await this.payouts.change(payoutId, (payout) => payout.releaseHold(by, reason));
  }
}
