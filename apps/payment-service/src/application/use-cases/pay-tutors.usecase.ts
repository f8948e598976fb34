import { Injectable } from '@nestjs/common';
import { beginChain } from '@edtech/shared-kernel/application';
import type { PayoutWeek } from '../../domain/services/payout-week.ts';
import { PaymentRules } from '../interfaces/payment-rules.ts';
import { PayoutPlans } from '../interfaces/payout-plans.interface.ts';
import { CarryOutPayoutPlanUseCase } from './carry-out-payout-plan.usecase.ts';

/** Safe to repeat at any time and from several replicas at once. */
@Injectable()
export class PayTutorsUseCase {
  constructor(
    private readonly plans: PayoutPlans,
    private readonly carryOut: CarryOutPayoutPlanUseCase,
    private readonly rules: PaymentRules,
  ) {}

  /**
   * Finishes the plans of earlier weeks, then makes and carries out those of this one. False while the read model is too far behind to plan.
   * Throws PayoutsIncomplete, which names the payouts that could not be made; all others were.
   */
  async execute(week: Pick<PayoutWeek, 'week' | 'dueAt'>, ended?: AbortSignal): Promise<boolean> {
    const failed = await this.#finish(ended);
    const planned = await this.plans.planWeek(week, this.rules.payoutMinimum);
    for (const [payoutId, error] of await this.#finish(ended, failed)) failed.set(payoutId, error);
    if (failed.size > 0) throw new PayoutsIncomplete(failed);
    return planned;
  }

  async #finish(ended?: AbortSignal, tried: ReadonlyMap<string, unknown> = new Map()): Promise<Map<string, unknown>> {
    const failed = new Map<string, unknown>();
    for (const plan of await this.plans.unfinished()) {
      if (ended?.aborted === true) break;
      if (tried.has(plan.payoutId)) continue;
      try {
        await beginChain(plan.payoutId, { id: 'system:payouts', type: 'system' }, () => this.carryOut.execute(plan));
      } catch (error) {
        failed.set(plan.payoutId, error);
      }
    }
    return failed;
  }
}

/** One tutor's payout must not keep the others from their money. */
export class PayoutsIncomplete extends Error {
  readonly code = 'PAYOUTS_INCOMPLETE';

  constructor(readonly failed: ReadonlyMap<string, unknown>) {
    const [[payoutId, error] = ['', undefined]] = failed;
    super(`${failed.size} payouts could not be made, such as ${payoutId}: ${String(error)}`, { cause: error });
    this.name = 'PayoutsIncomplete';
  }
}
