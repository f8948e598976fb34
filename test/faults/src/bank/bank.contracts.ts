import type { EventContract } from '@edtech/shared-kernel';
import { z } from 'zod';

const id = z.string().min(1).max(64);
const amount = z.int().min(1);

const opened = z.strictObject({ accountId: id, balance: z.int().min(0) });
const moved = z.strictObject({ accountId: id, moveId: id, amount, balance: z.int().min(0) });
const requested = z.strictObject({ transferId: id, from: id, to: id, amount, refuse: z.boolean(), note: z.string().max(200) });
const ended = z.strictObject({ transferId: id });
const vaultOpened = z.strictObject({ vaultId: id });
const deposited = z.strictObject({ vaultId: id, depositId: id, amount, total: amount });

export type AccountOpened = z.output<typeof opened>;
export type AccountMoved = z.output<typeof moved>;
export type TransferRequested = z.output<typeof requested>;
export type TransferEnded = z.output<typeof ended>;
export type VaultOpened = z.output<typeof vaultOpened>;
export type VaultDeposited = z.output<typeof deposited>;

interface Definition<P extends object> {
  readonly name: string;
  readonly aggregateType: string;
  readonly scope: 'integration' | 'local';
  readonly personal?: readonly string[];
  readonly schema: z.ZodType<P>;
  readonly about: (payload: P) => string;
}

function contract<P extends object>({
  name,
  aggregateType,
  scope,
  personal = [],
  schema,
  about,
}: Definition<P>): EventContract<P> {
  const validate = (payload: unknown): P => {
    const parsed = schema.safeParse(payload);
    if (!parsed.success) throw new BrokenContract(name);
    return parsed.data;
  };
  return {
    name,
    producer: 'bank-service',
    aggregateType,
    schemaVersion: 1,
    scope,
    personal,
    about,
    parse: validate,
    read: (_version, payload) => validate(payload),
  };
}

class BrokenContract extends Error {
  readonly code = 'CONTRACT_VIOLATION';

  constructor(name: string) {
    super(`the payload of ${name} breaks its contract`);
  }
}

const account = { aggregateType: 'Account', scope: 'integration' } as const;
const transfer = { aggregateType: 'Transfer', scope: 'local' } as const;
const vault = { aggregateType: 'Vault', scope: 'local' } as const;

export const AccountOpened: EventContract<AccountOpened> = contract({
  ...account,
  name: 'account.opened',
  schema: opened,
  about: ({ accountId }) => accountId,
});
/** `balance` is the one after the move. */
export const AccountDebited: EventContract<AccountMoved> = contract({
  ...account,
  name: 'account.debited',
  schema: moved,
  about: ({ accountId }) => accountId,
});
export const AccountCredited: EventContract<AccountMoved> = contract({
  ...account,
  name: 'account.credited',
  schema: moved,
  about: ({ accountId }) => accountId,
});
export const TransferRequested: EventContract<TransferRequested> = contract({
  ...transfer,
  name: 'transfer.requested',
  personal: ['note'],
  schema: requested,
  about: ({ from }) => from,
});
export const TransferSettled: EventContract<TransferEnded> = contract({
  ...transfer,
  name: 'transfer.settled',
  schema: ended,
  about: ({ transferId }) => transferId,
});
export const TransferReversed: EventContract<TransferEnded> = contract({
  ...transfer,
  name: 'transfer.reversed',
  schema: ended,
  about: ({ transferId }) => transferId,
});

export const VaultOpened: EventContract<VaultOpened> = contract({
  ...vault,
  name: 'vault.opened',
  schema: vaultOpened,
  about: ({ vaultId }) => vaultId,
});
/** `total` is what the vault holds after the deposit. */
export const VaultDeposited: EventContract<VaultDeposited> = contract({
  ...vault,
  name: 'vault.deposited',
  schema: deposited,
  about: ({ vaultId }) => vaultId,
});

export const accountContracts: readonly EventContract[] = [AccountOpened, AccountDebited, AccountCredited];
export const bankContracts: readonly EventContract[] = [
  ...accountContracts,
  TransferRequested,
  TransferSettled,
  TransferReversed,
  VaultOpened,
  VaultDeposited,
];
