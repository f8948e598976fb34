import { positionOf } from '@edtech/shared-kernel';
import { Account } from '../../domain/entities/account.entity.ts';
import type { AccountState } from '../../domain/entities/account.state.ts';
import { normalizedEmail } from '../../domain/value-objects/email-address.vo.ts';
import type { accounts } from '../database/schema.ts';

type AccountRow = typeof accounts.$inferSelect;

export function toAccount(row: AccountRow): Account {
  const {
    emailNormalized: _,
    consentId,
    consentStatus,
    failedAt,
    lockedUntil,
    streamVersion,
    streamHash,
    recordedAt,
    ...rest
  } = row;
  const consent = consentId === null || consentStatus === null ? null : { id: consentId, status: consentStatus };
  const state: AccountState = { ...rest, consent, lockout: { failedAt, lockedUntil } };
  return Account.rehydrate(state, positionOf({ streamVersion, streamHash, recordedAt }));
}

export function toRow(state: AccountState): Omit<AccountRow, 'streamVersion' | 'streamHash' | 'recordedAt'> {
  const { consent, lockout, duties, ...rest } = state;
  return {
    ...rest,
    duties: [...duties],
    emailNormalized: rest.status === 'cancelled' ? null : normalizedEmail(rest.email),
    consentId: consent?.id ?? null,
    consentStatus: consent?.status ?? null,
    failedAt: [...lockout.failedAt],
    lockedUntil: lockout.lockedUntil,
  };
}
