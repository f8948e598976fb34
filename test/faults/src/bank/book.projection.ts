import { Projection, type ProjectionWriter, type RecordedEvent } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { AccountCredited, AccountDebited, AccountOpened, type AccountMoved } from './bank.contracts.ts';

type AnyAccountEvent = RecordedEvent<AccountOpened> | RecordedEvent<AccountMoved>;

/** The sum of what went in and out of each account, and how many events made it: a batch that is left out or taken twice shows in both. */
@Injectable()
export class BookProjection extends Projection {
  override readonly name = 'bank-service.book';
  override readonly tables = ['book'];
  override readonly events = [AccountOpened.name, AccountDebited.name, AccountCredited.name];

  override async project(events: readonly AnyAccountEvent[], write: ProjectionWriter): Promise<void> {
    const moved = new Map<string, { sum: number; events: number; version: number }>();
    for (const { eventName, streamVersion, payload } of events) {
      const before = moved.get(payload.accountId) ?? { sum: 0, events: 0, version: 0 };
      moved.set(payload.accountId, {
        sum: before.sum + change(eventName, payload),
        events: before.events + 1,
        version: streamVersion,
      });
    }
    const rows = [...moved];
    await write.query({
      name: 'book',
      text: `INSERT INTO book AS line (account_id, sum, events, stream_version)
             SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::int[])
             ON CONFLICT (account_id) DO UPDATE SET sum = line.sum + excluded.sum, events = line.events + excluded.events,
               stream_version = excluded.stream_version`,
      values: [
        rows.map(([id]) => id),
        rows.map(([, { sum }]) => sum),
        rows.map(([, row]) => row.events),
        rows.map(([, { version }]) => version),
      ],
    });
  }
}

function change(eventName: string, payload: AccountOpened | AccountMoved): number {
  if (!('moveId' in payload)) return payload.balance;
  return eventName === AccountDebited.name ? -payload.amount : payload.amount;
}
