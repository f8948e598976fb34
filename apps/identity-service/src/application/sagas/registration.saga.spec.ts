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
import { sagaScenario } from '@edtech/shared-kernel/testing';
import { describe, test } from 'vitest';
import { CancelRegistrationCommand } from '../commands/cancel-registration.command.ts';
import { PublishRegistrationAgainCommand } from '../commands/publish-registration-again.command.ts';
import { SendVerificationReminderCommand } from '../commands/send-verification-reminder.command.ts';
import { RegistrationSaga } from './registration.saga.ts';

const userId = '0b9d3f1c-0000-4000-8000-000000000001';
const consent = { userId, consentId: '0b9d3f1c-0000-4000-8000-0000000000c1' };
const person = {
  userId,
  email: 'ada@example.org',
  firstName: 'Ada',
  lastName: 'Lovelace',
  requestedRole: 'student',
  locale: 'en',
  timezone: 'UTC',
  termsVersion: '1',
} as const;

const registered = (isMinor = false) =>
  sagaScenario(new RegistrationSaga())
    .when(IdentityRegistered, { ...person, isMinor })
    .again()
    .sends([]);

describe('S2, a registration', () => {
  test('is done once user-service has the user and the address is verified, in either order', () => {
    registered()
      .when(IdentityUserConfirmed, { userId })
      .when(IdentityEmailVerified, { userId })
      .hasStatus(userId, 'completed')
      .advance('30d')
      .sends([]);
    registered()
      .when(IdentityEmailVerified, { userId })
      .when(IdentityUserConfirmed, { userId })
      .hasStatus(userId, 'completed')
      .advance('30d')
      .sends([]);
  });

  test('is published again three times, 5 minutes apart, and then cancelled', () => {
    registered()
      .advance('5m')
      .sends([new PublishRegistrationAgainCommand(userId)])
      .advance('5m')
      .sends([new PublishRegistrationAgainCommand(userId)])
      .advance('5m')
      .sends([new PublishRegistrationAgainCommand(userId)])
      .advance('5m')
      .sends([new CancelRegistrationCommand(userId, 'user_not_created')])
      .hasStatus(userId, 'cancelled')
      .advance('30d')
      .sends([]);
  });

  test('is not published again once user-service has the user', () => {
    registered().advance('4m').when(IdentityUserConfirmed, { userId }).advance('1h').sends([]);
  });

  test('reminds after 24 h and 72 h, and is purged after 14 days', () => {
    registered()
      .when(IdentityUserConfirmed, { userId })
      .advance('23h')
      .sends([])
      .advance('1h')
      .sends([new SendVerificationReminderCommand(userId)])
      .advance('48h')
      .sends([new SendVerificationReminderCommand(userId)])
      .advance('10d')
      .sends([])
      .advance('1d')
      .sends([new CancelRegistrationCommand(userId, 'not_verified_in_time')])
      .hasStatus(userId, 'cancelled');
  });

  test('of a minor waits for the guardian, who has 14 days from the question', () => {
    registered(true)
      .when(IdentityUserConfirmed, { userId })
      .advance('13d')
      .sends([new SendVerificationReminderCommand(userId), new SendVerificationReminderCommand(userId)])
      .when(IdentityEmailVerified, { userId })
      .when(IdentityGuardianConsentRequested, consent)
      .advance('13d')
      .sends([])
      .when(IdentityGuardianConsentGranted, consent)
      .hasStatus(userId, 'completed')
      .advance('30d')
      .sends([]);
  });

  test('of a minor is cancelled when the guardian declines, or does not answer', () => {
    registered(true)
      .when(IdentityUserConfirmed, { userId })
      .when(IdentityEmailVerified, { userId })
      .when(IdentityGuardianConsentRequested, consent)
      .when(IdentityGuardianConsentDeclined, consent)
      .sends([new CancelRegistrationCommand(userId, 'guardian_declined')])
      .hasStatus(userId, 'cancelled');
    registered(true)
      .when(IdentityUserConfirmed, { userId })
      .when(IdentityEmailVerified, { userId })
      .when(IdentityGuardianConsentRequested, consent)
      .advance('14d')
      .sends([new CancelRegistrationCommand(userId, 'not_verified_in_time')]);
  });

  test('that is cancelled or erased elsewhere does nothing more', () => {
    registered()
      .when(IdentityRegistrationCancelled, { userId, reason: 'EMAIL_TAKEN' })
      .hasStatus(userId, 'cancelled')
      .advance('30d')
      .sends([]);
    registered().when(IdentityErasureConfirmed, { userId }).hasStatus(userId, 'cancelled').advance('30d').sends([]);
  });
});
