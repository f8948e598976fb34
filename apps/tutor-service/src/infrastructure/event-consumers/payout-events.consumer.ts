import { PayoutFailed, PayoutHeld, PayoutPaid } from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { TutorDashboards } from '../../application/interfaces/tutor-dashboards.interface.ts';

/** The newest status of each payout stays, in whatever order they come. */
@Injectable()
@Consumer({ name: 'tutor-service.payout-events', order: 'any' })
export class PayoutEventsConsumer {
  constructor(private readonly dashboards: TutorDashboards) {}

  @Consumes(PayoutPaid)
  async handlePaid({ payload, streamVersion: version }: RecordedEvent<PayoutPaid>): Promise<void> {
    const { payoutId, tutorId, amount, currency } = payload;
    await this.dashboards.notePayout({ payoutId, tutorId, version, status: 'paid', paid: { amount, currency } });
  }

  @Consumes(PayoutFailed)
  async handleFailed({ payload: { payoutId, tutorId }, streamVersion: version }: RecordedEvent<PayoutFailed>): Promise<void> {
    await this.dashboards.notePayout({ payoutId, tutorId, version, status: 'failed' });
  }

  @Consumes(PayoutHeld)
  async handleHeld({ payload: { payoutId, tutorId }, streamVersion: version }: RecordedEvent<PayoutHeld>): Promise<void> {
    await this.dashboards.notePayout({ payoutId, tutorId, version, status: 'held' });
  }
}
