import { DomainEventHistory } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { Registrations } from '../../application/interfaces/registrations.ts';
import { Account } from '../../domain/entities/account.entity.ts';
import { IdentityRegisteredEvent } from '../../domain/events/identity-registered.event.ts';
import { EventBridgeService } from './event-bridge.service.ts';

@Injectable()
export class LoggedRegistrations extends Registrations {
  constructor(
    private readonly history: DomainEventHistory,
    private readonly bus: EventBridgeService,
  ) {
    super();
  }

  async publishAgain(userId: string): Promise<void> {
    const events = await this.history.of(Account.AGGREGATE_TYPE, userId);
    const registered = events.find(({ eventName }) => eventName === IdentityRegisteredEvent.EVENT_NAME);
    if (registered === undefined) return;
    const { payload, actor, ...rest } = registered;
    await this.bus.publishEvent({ ...rest, payload: JSON.stringify(payload), actor: JSON.stringify(actor) });
  }
}
