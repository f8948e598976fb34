import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { Subscription } from '@edtech/shared-kernel/application';
import { IdentityAccountDisabledEvent } from '../../domain/events/identity-account-disabled.event.ts';
import { IdentityAccountEnabledEvent } from '../../domain/events/identity-account-enabled.event.ts';
import { IdentityInvitedEvent } from '../../domain/events/identity-invited.event.ts';
import { IdentityRegisteredEvent } from '../../domain/events/identity-registered.event.ts';
import { IdentityRoleClaimChangedEvent } from '../../domain/events/identity-role-claim-changed.event.ts';
import { IdentitySessionsRevokedEvent } from '../../domain/events/identity-sessions-revoked.event.ts';
import { IdentityProvider } from '../interfaces/identity-provider.ts';
import { AccountRepository } from '../interfaces/repository.interface.ts';

/** Says what is true now, not what the event said: events that are late or repeated end with the same group. */
@EventsHandler(IdentityRegisteredEvent, IdentityInvitedEvent, IdentityRoleClaimChangedEvent)
@Subscription('identity-service.provider-role', { effect: 'outside' })
export class TellProviderTheRole implements IEventHandler<
  IdentityRegisteredEvent | IdentityInvitedEvent | IdentityRoleClaimChangedEvent
> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly provider: IdentityProvider,
  ) {}

  async handle({ payload }: IdentityRegisteredEvent | IdentityInvitedEvent | IdentityRoleClaimChangedEvent): Promise<void> {
    const account = await this.accounts.find(payload.userId);
    if (account !== undefined && account.status !== 'cancelled') await this.provider.setRole(account.id, account.state.role);
  }
}

@EventsHandler(IdentityAccountDisabledEvent, IdentityAccountEnabledEvent)
@Subscription('identity-service.provider-standing', { effect: 'outside' })
export class TellProviderTheStanding implements IEventHandler<IdentityAccountDisabledEvent | IdentityAccountEnabledEvent> {
  constructor(
    private readonly accounts: AccountRepository,
    private readonly provider: IdentityProvider,
  ) {}

  async handle({ payload: { userId } }: IdentityAccountDisabledEvent | IdentityAccountEnabledEvent): Promise<void> {
    const account = await this.accounts.find(userId);
    if (account === undefined) return;
    if (account.state.disabled) await this.provider.disable(userId);
    else await this.provider.enable(userId);
  }
}

@EventsHandler(IdentitySessionsRevokedEvent)
@Subscription('identity-service.provider-sign-out', { effect: 'outside' })
export class SignOutAtProvider implements IEventHandler<IdentitySessionsRevokedEvent> {
  constructor(private readonly provider: IdentityProvider) {}

  handle({ payload: { userId } }: IdentitySessionsRevokedEvent): Promise<void> {
    return this.provider.signOutEverywhere(userId);
  }
}
