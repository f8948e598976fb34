import { Consumer, Consumes, UnitOfWork, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { AccountCredited, AccountDebited, AccountOpened, type AccountMoved } from '../bank/bank.contracts.ts';

type AnyAccountEvent = RecordedEvent<AccountOpened> | RecordedEvent<AccountMoved>;

/** Follows every account without a gap. Fails while the account is poisoned. */
@Injectable()
@Consumer({ name: 'mirror-service.accounts', order: 'strict' })
export class AccountMirror {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Consumes(AccountOpened, AccountDebited, AccountCredited)
  async follow({ eventName, payload }: AnyAccountEvent): Promise<void> {
    const client = await this.unitOfWork.client();
    const { accountId } = payload;
    const { rowCount } = await client.query({ text: 'SELECT 1 FROM poisoned WHERE account_id = $1', values: [accountId] });
    if (rowCount === 1) throw new Error(`${accountId} cannot be mirrored`);
    if (!('moveId' in payload)) {
      await client.query({
        text: `INSERT INTO mirrored_accounts (account_id, balance, debits) VALUES ($1, $2, '{}')`,
        values: [accountId, payload.balance],
      });
      return;
    }
    const { moveId, amount } = payload;
    const debit = eventName === AccountDebited.name;
    await client.query({
      text: `UPDATE mirrored_accounts SET balance = balance + $2, debits = CASE WHEN $3::text IS NULL THEN debits ELSE debits || $3::text END
             WHERE account_id = $1`,
      values: [accountId, debit ? -amount : amount, debit ? moveId : null],
    });
  }
}

/** Only the newest state counts. */
@Injectable()
@Consumer({ name: 'mirror-service.balances' })
export class LatestBalances {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Consumes(AccountOpened, AccountDebited, AccountCredited)
  async take({ payload: { accountId, balance }, streamVersion }: AnyAccountEvent): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({
      text: `INSERT INTO latest_balances (account_id, balance, version) VALUES ($1, $2, $3)
             ON CONFLICT (account_id) DO UPDATE SET balance = excluded.balance, version = excluded.version`,
      values: [accountId, balance, streamVersion],
    });
  }
}

/** Every event counts by itself, in whatever order. */
@Injectable()
@Consumer({ name: 'mirror-service.counts', order: 'any' })
export class EventCounts {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Consumes(AccountOpened, AccountDebited, AccountCredited)
  async count({ eventName }: AnyAccountEvent): Promise<void> {
    const client = await this.unitOfWork.client();
    await client.query({
      text: `INSERT INTO event_counts AS counted (event_name, count) VALUES ($1, 1)
             ON CONFLICT (event_name) DO UPDATE SET count = counted.count + 1`,
      values: [eventName],
    });
  }
}
