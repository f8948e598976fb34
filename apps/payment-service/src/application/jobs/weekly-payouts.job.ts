import { Clock, SingletonJob } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { payoutWeekAt } from '../../domain/services/payout-week.ts';
import { PaymentRules } from '../interfaces/payment-rules.ts';
import { PayTutorsUseCase } from '../use-cases/pay-tutors.usecase.ts';

const SOON_MS = 1_000;
const AT_THE_LATEST_MS = 60_000;

/**
 * The weekly start of S7. It remembers the weeks it has planned, so a Monday on which nothing ran is made up for as soon as something does, and
 * no week is planned twice.
 */
@Injectable()
export class WeeklyPayoutsJob extends SingletonJob {
  override readonly name = 'payment-service.weekly-payouts';

  constructor(
    private readonly clock: Clock,
    private readonly rules: PaymentRules,
    private readonly payTutors: PayTutorsUseCase,
  ) {
    super();
  }

  override async turn(ended: AbortSignal): Promise<number> {
    const week = payoutWeekAt(this.clock.now(), this.rules.payoutSchedule);
    const planned = await this.payTutors.execute(week, ended);
    if (!planned) return SOON_MS;
    return Math.min(AT_THE_LATEST_MS, Math.max(0, week.nextAt.getTime() - this.clock.now().getTime()));
  }
}
