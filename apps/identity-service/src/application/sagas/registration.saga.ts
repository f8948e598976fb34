import {
  IdentityEmailVerified,
  IdentityErasureConfirmed,
  IdentityGuardianConsentDeclined,
  IdentityGuardianConsentGranted,
  IdentityGuardianConsentRequested,
  IdentityRegistered,
  IdentityRegistrationCancelled,
  IdentityUserConfirmed,
} from '@edtech/contracts';
import { days, hours, minutes, ProcessManager, Saga, type Decision } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { CancelRegistrationCommand } from '../commands/cancel-registration.command.ts';
import { PublishRegistrationAgainCommand } from '../commands/publish-registration-again.command.ts';
import { SendVerificationReminderCommand } from '../commands/send-verification-reminder.command.ts';

interface State {
  readonly userId: string;
  readonly isMinor: boolean;
  /** user-service has the user. */
  readonly confirmed: boolean;
  /** The account is open: address verified, and the guardian's consent there if one is needed. */
  readonly open: boolean;
  readonly published: number;
}

type Timer = 'user' | 'first-reminder' | 'second-reminder' | 'purge';

const MOST_PUBLISHED = 4;
const USER_WITHIN = minutes(5);
const PURGE_AFTER = days(14);

/**
 * S2. Waits for user-service to create the user, publishing the registration again three times, and for the owner of the address to verify
 * it, with two reminders. What does not come within its time cancels the registration. All its events are of this service's own log, so
 * their order is that of the account: that user-service has the user is recorded there as `identity.user_confirmed`.
 */
@Injectable()
@Saga('identity-service.registration')
export class RegistrationSaga extends ProcessManager<State, Timer> {
  readonly commands = [CancelRegistrationCommand, PublishRegistrationAgainCommand, SendVerificationReminderCommand];

  readonly transitions = [
    this.starts(
      IdentityRegistered,
      ({ payload }) => payload.userId,
      ({ payload: { userId, isMinor } }) => ({
        state: { userId, isMinor, confirmed: false, open: false, published: 1 },
        timers: [
          { name: 'user', after: USER_WITHIN, pace: 'real' },
          { name: 'first-reminder', after: hours(24) },
          { name: 'second-reminder', after: hours(72) },
          { name: 'purge', after: PURGE_AFTER },
        ],
      }),
    ),
    this.continues(
      IdentityUserConfirmed,
      ({ payload }) => payload.userId,
      (state) => endedWhenDone({ ...state, confirmed: true }, ['user']),
    ),
    this.continues(
      IdentityEmailVerified,
      ({ payload }) => payload.userId,
      (state) =>
        state.isMinor
          ? { state, cancel: ['first-reminder', 'second-reminder'] }
          : endedWhenDone({ ...state, open: true }, ['first-reminder', 'second-reminder', 'purge']),
    ),
    this.continues(
      IdentityGuardianConsentRequested,
      ({ payload }) => payload.userId,
      (state) => ({ state, timers: [{ name: 'purge', after: PURGE_AFTER }] }),
    ),
    this.continues(
      IdentityGuardianConsentGranted,
      ({ payload }) => payload.userId,
      (state) => endedWhenDone({ ...state, open: true }, ['purge']),
    ),
    this.continues(
      IdentityGuardianConsentDeclined,
      ({ payload }) => payload.userId,
      ({ userId }) => ({ commands: [new CancelRegistrationCommand(userId, 'guardian_declined')], end: 'cancelled' }),
    ),
    this.continues(
      IdentityRegistrationCancelled,
      ({ payload }) => payload.userId,
      () => ({ end: 'cancelled' }),
    ),
    this.continues(
      IdentityErasureConfirmed,
      ({ payload }) => payload.userId,
      () => ({ end: 'cancelled' }),
    ),
  ];

  readonly timers = this.fires({
    user: (state) =>
      state.published === MOST_PUBLISHED
        ? { commands: [new CancelRegistrationCommand(state.userId, 'user_not_created')], end: 'cancelled' }
        : {
            state: { ...state, published: state.published + 1 },
            commands: [new PublishRegistrationAgainCommand(state.userId)],
            timers: [{ name: 'user', after: USER_WITHIN, pace: 'real' }],
          },
    'first-reminder': ({ userId }) => ({ commands: [new SendVerificationReminderCommand(userId)] }),
    'second-reminder': ({ userId }) => ({ commands: [new SendVerificationReminderCommand(userId)] }),
    purge: ({ userId }) => ({ commands: [new CancelRegistrationCommand(userId, 'not_verified_in_time')], end: 'cancelled' }),
  });
}

function endedWhenDone(state: State, cancel: readonly Timer[]): Decision<State, Timer> {
  return state.confirmed && state.open ? { state, end: 'completed' } : { state, cancel };
}
