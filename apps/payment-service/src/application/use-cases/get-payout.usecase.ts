import { NotFound } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import type { PayoutState } from '../../domain/aggregates/payout.state.ts';
import { PayoutRepository, type PayoutMoment } from '../interfaces/payout.repository.ts';

export interface PayoutView extends Pick<PayoutState, 'tutorId' | 'week' | 'amount' | 'currency' | 'status'> {
  readonly payoutId: string;
  readonly paymentIds: readonly string[];
  readonly transfers: readonly string[];
  readonly history: readonly Omit<PayoutMoment, 'actor'>[];
}

/** Who is asking; without `tutorId` somebody who may see every payout. */
interface Asker {
  readonly tutorId?: string | undefined;
}

@Injectable()
export class GetPayoutUseCase {
  constructor(private readonly payouts: PayoutRepository) {}

  /** Throws NotFound, also for another tutor's payout. */
  async execute(payoutId: string, { tutorId: asker }: Asker): Promise<PayoutView> {
    const { snapshot } = await this.payouts.get(payoutId);
    const { tutorId, week, amount, currency, status, paymentIds, transfers } = snapshot;
    if (asker !== undefined && asker !== tutorId) throw new NotFound('Payout', payoutId);
    const history = await this.payouts.historyOf(payoutId);
    return {
      payoutId,
      tutorId,
      week,
      amount,
      currency,
      status,
      paymentIds,
      transfers,
      history: history.map(({ streamVersion, eventName, recordedAt }) => ({ streamVersion, eventName, recordedAt })),
    };
  }
}
