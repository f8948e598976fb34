import { Injectable } from '@nestjs/common';
import { PayoutRepository } from '../interfaces/payout.repository.ts';

interface Decision {
  readonly by: string;
  readonly reason: string;
  /** The name of the approval or command, if its sender gave it one. */
  readonly decisionId: string | undefined;
}

@Injectable()
export class ReleasePayoutUseCase {
  constructor(private readonly payouts: PayoutRepository) {}

  /** A decision lets a payout go once, however often it is told. Throws NotFound, PayoutInvalidState, PayoutSamePerson. */
  async execute(payoutId: string, decision: Decision): Promise<void> {
    await this.payouts.change(payoutId, (payout) => payout.releaseHold(decision));
  }
}
