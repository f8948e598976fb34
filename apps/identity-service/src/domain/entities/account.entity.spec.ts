import { given } from '@edtech/shared-kernel/testing';
import { describe, expect, test } from 'vitest';
import {
  AccountLocked,
  AlreadyDecided,
  GuardianRequired,
  ImpossibleBirthDate,
  MinorCannotTeach,
  TokenExpired,
} from '../errors/identity.errors.ts';
import { IdentityAccountLockedEvent } from '../events/identity-account-locked.event.ts';
import { IdentityEmailVerifiedEvent } from '../events/identity-email-verified.event.ts';
import { IdentityGuardianConsentGrantedEvent } from '../events/identity-guardian-consent-granted.event.ts';
import { IdentityGuardianConsentRequestedEvent } from '../events/identity-guardian-consent-requested.event.ts';
import { IdentityLoginFailedEvent } from '../events/identity-login-failed.event.ts';
import { IdentityRegisteredEvent } from '../events/identity-registered.event.ts';
import { IdentityRegistrationCancelledEvent } from '../events/identity-registration-cancelled.event.ts';
import { Account, type NewAccount } from './account.entity.ts';

const userId = '0b9d3f1c-0000-4000-8000-000000000001';
const consentId = '0b9d3f1c-0000-4000-8000-0000000000c1';
const NOON = new Date('2026-11-02T12:00:00.000Z');
const at = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);

const ada: NewAccount = {
  id: userId,
  email: ' ada@example.org',
  firstName: 'Ada',
  lastName: 'Lovelace',
  role: 'student',
  birthDate: '1990-12-10',
  locale: 'en',
  timezone: 'UTC',
  termsVersion: '1',
};
const registered = (isMinor: boolean) =>
  new IdentityRegisteredEvent({
    userId,
    email: 'ada@example.org',
    firstName: 'Ada',
    lastName: 'Lovelace',
    requestedRole: 'student',
    isMinor,
    locale: 'en',
    timezone: 'UTC',
    termsVersion: '1',
  });
const verified = new IdentityEmailVerifiedEvent({ userId });
const asked = new IdentityGuardianConsentRequestedEvent({ userId, consentId });
const failed = (minutes: number) =>
  new IdentityLoginFailedEvent({ userId, reason: 'wrong_password', at: at(minutes).toISOString() });

describe('registering', () => {
  test('says whether somebody is a minor, and nothing else of the birth date', () => {
    expect(Account.register(ada, NOON).getUncommittedEvents()).toEqual([registered(false)]);
    const minor = Account.register({ ...ada, birthDate: '2008-11-03', guardianEmail: 'g@example.org' }, NOON);
    expect(minor.getUncommittedEvents()).toEqual([registered(true)]);
    expect(Account.register({ ...ada, birthDate: '2008-11-02' }, NOON).state.isMinor).toBe(false);
    expect(JSON.stringify(minor.getUncommittedEvents())).not.toContain('2008');
  });

  test('is refused for a minor who would teach or has no guardian, and for nobody who lives', () => {
    const minor = { ...ada, birthDate: '2012-02-29' };
    expect(() => Account.register({ ...minor, role: 'tutor', guardianEmail: 'g@example.org' }, NOON)).toThrow(MinorCannotTeach);
    expect(() => Account.register(minor, NOON)).toThrow(GuardianRequired);
    expect(() => Account.register({ ...minor, guardianEmail: 'ADA@example.org ' }, NOON)).toThrow(GuardianRequired);
    for (const birthDate of ['2026-11-03', '1900-01-01'])
      expect(() => Account.register({ ...ada, birthDate }, NOON)).toThrow(ImpossibleBirthDate);
  });
});

describe('three failed logins within 15 minutes', () => {
  const locked = new IdentityAccountLockedEvent({ userId, until: at(40).toISOString() });

  test('lock for 30', () => {
    given(Account, [registered(false), verified, failed(0), failed(5)])
      .when((account) => account.failLogin(at(10)))
      .then([failed(10), locked]);
    given(Account, [registered(false), verified, failed(0), failed(5), failed(10), locked])
      .when((account) => account.mustNotBeLocked(at(39)))
      .then(AccountLocked);
    given(Account, [registered(false), verified, failed(0), failed(5), failed(10), locked])
      .when((account) => account.mustNotBeLocked(at(40)))
      .then([]);
  });

  test('lock no more when the first is older than that', () => {
    given(Account, [registered(false), verified, failed(0), failed(5)])
      .when((account) => account.failLogin(at(15)))
      .then([failed(15)]);
  });
});

describe('the consent of a guardian', () => {
  test('is asked for once the address is verified, and once', () => {
    given(Account, [registered(true)])
      .when((account) => account.verifyEmail(consentId))
      .then([verified, asked]);
    given(Account, [registered(true), verified, asked])
      .when((account) => account.verifyEmail('0b9d3f1c-0000-4000-8000-0000000000c2'))
      .then([]);
  });

  test('is given once', () => {
    const granted = new IdentityGuardianConsentGrantedEvent({ userId, consentId });
    given(Account, [registered(true), verified, asked])
      .when((account) => account.decideConsent('granted'))
      .then([granted]);
    given(Account, [registered(true), verified, asked, granted])
      .when((account) => account.decideConsent('declined'))
      .then(AlreadyDecided);
    given(Account, [registered(true)])
      .when((account) => account.decideConsent('granted'))
      .then(TokenExpired);
  });
});

test('a cancelled registration keeps no address and is never verified', () => {
  const cancelled = new IdentityRegistrationCancelledEvent({ userId, reason: 'EMAIL_TAKEN' });
  expect(Account.replay([registered(false), cancelled]).state.email).toBe('');
  given(Account, [registered(false), cancelled])
    .when((account) => account.verifyEmail(consentId))
    .then(TokenExpired);
  given(Account, [registered(false), cancelled])
    .when((account) => account.cancel('again'))
    .then([]);
});
