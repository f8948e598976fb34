import { Injectable } from '@nestjs/common';
import { PayoutRepository } from '../interfaces/payout.repository.ts';

@Injectable()
export class HoldPayoutUseCase {
  constructor(private readonly payouts: PayoutRepository) {}

  /** Throws NotFound, PayoutInvalidState. */
  async execute(payoutId: string, { reason, by }: { readonly reason: string; readonly by: string }): Promise<void> {
    await this.payouts.change(payoutId, (payout) => payout.hold({ reason, by }));
  }
}
