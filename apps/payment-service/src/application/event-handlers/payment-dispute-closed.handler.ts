import { Subscription } from '@edtech/shared-kernel/application';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { PaymentDisputeClosedEvent } from '../../domain/events/payment-dispute-closed.event.ts';
import { ResumeAfterDisputeUseCase } from '../use-cases/resume-after-dispute.usecase.ts';

@EventsHandler(PaymentDisputeClosedEvent)
@Subscription('payment-service.resume-after-dispute')
export class ResumeWhenDisputeClosed implements IEventHandler<PaymentDisputeClosedEvent> {
  constructor(private readonly resume: ResumeAfterDisputeUseCase) {}

  async handle({ payload: { paymentId, bookingId } }: PaymentDisputeClosedEvent): Promise<void> {
    await this.resume.execute(paymentId, bookingId);
  }
}
