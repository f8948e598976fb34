import { ConcurrencyConflict } from '@edtech/shared-kernel/domain';
import { Injectable } from '@nestjs/common';
import { Payout } from '../../domain/aggregates/payout.aggregate.ts';
import { AlreadyAssigned, AlreadyDeducted } from '../../domain/errors/payment.errors.ts';
import { PaymentRepository } from '../interfaces/payment.repository.ts';
import { PayoutPlans, type PayoutPlan } from '../interfaces/payout-plans.interface.ts';
import { PayoutRepository } from '../interfaces/payout.repository.ts';

/** What was assigned cannot be given back: the week's minimum was the plan's to observe, here anything is paid. */
const WHATEVER_IS_LEFT = { minimum: 1 };

/**
 * Makes the payout of a plan: gives it the payments, then the deductions, then schedules it. The plan comes from a read model and may be wrong
 * or old; each payment decides for itself whether the payout gets it, for how much, and whether it bears a deduction, and says the same when
 * it is asked again. So any number of replicas may carry out a plan, each as far as it gets, and there is one payout of one amount.
 */
@Injectable()
export class CarryOutPayoutPlanUseCase {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly payouts: PayoutRepository,
    private readonly plans: PayoutPlans,
  ) {}

  async execute({ payoutId, tutorId, week, currency, ...plan }: PayoutPlan): Promise<void> {
    let balance = 0;
    const paymentIds: string[] = [];
    for (const paymentId of plan.paymentIds) {
      const share = await this.#assign(paymentId, payoutId);
      if (share === 0) continue;
      balance += share;
      paymentIds.push(paymentId);
    }
    const deductions: { refundId: string; amount: number }[] = [];
    for (const { paymentId, reversalId, deductionId, amount } of plan.reversals) {
      // What does not fit stays owed: a payout is of something, and the negative balance that is left will hold it.
      if (balance - amount < WHATEVER_IS_LEFT.minimum) continue;
      if (!(await this.#deduct(paymentId, reversalId, payoutId))) continue;
      balance -= amount;
      deductions.push({ refundId: deductionId, amount });
    }
    const payout = Payout.schedule({ payoutId, tutorId, week, balance, currency, paymentIds, deductions }, WHATEVER_IS_LEFT);
    if (payout !== undefined) await this.#schedule(payout);
    await this.plans.finish(payoutId);
  }

  /** What the payout pays for the payment; nothing when another payout has it. */
  async #assign(paymentId: string, payoutId: string): Promise<number> {
    return this.payments.change(paymentId, (payment) => {
      try {
        payment.assignToPayout(payoutId);
      } catch (error) {
        if (error instanceof AlreadyAssigned) return 0;
        throw error;
      }
      return payment.snapshot.paidOut;
    });
  }

  /** False when another payout bears it. */
  async #deduct(paymentId: string, reversalId: string, payoutId: string): Promise<boolean> {
    return this.payments.change(paymentId, (payment) => {
      try {
        payment.deductReversal({ reversalId, payoutId });
      } catch (error) {
        if (error instanceof AlreadyDeducted) return false;
        throw error;
      }
      return true;
    });
  }

  async #schedule(payout: Payout): Promise<void> {
    try {
      await this.payouts.add(payout);
    } catch (error) {
      // There is one already: it was scheduled from the same plan.
      if (!(error instanceof ConcurrencyConflict)) throw error;
    }
  }
}
