import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbEventTable, EventContracts, EventStoreService, SystemClock, type ChainedEvent } from '@edtech/shared-kernel';
import { bankContracts } from '../bank/bank.contracts.ts';
import type { Cell } from '../cell/cell.ts';
import type { BankFacts } from '../workload/bank-workload.ts';

const stores = new WeakMap<Cell, EventStoreService>();

/** The event store of a cell, around the proxy. */
export function vaultsOf(cell: Cell): EventStoreService {
  const known = stores.get(cell);
  if (known !== undefined) return known;
  const table = dynamoDbEventTable(new DynamoDBClient({ endpoint: cell.awsUrl }), 'edtech-event-store');
  const store = new EventStoreService(table, new EventContracts(bankContracts), new SystemClock());
  stores.set(cell, store);
  return store;
}

/** What the event store holds is sound, is in the log to the last byte, and holds each acknowledged deposit once. */
export async function judgeVaults(cell: Cell, { deposits }: BankFacts): Promise<{ lost: string[]; doubled: string[] }> {
  const store = vaultsOf(cell);
  const [lost, doubled]: [string[], string[]] = [[], []];
  const stored = new Map<string, number>();
  for await (const stream of store.streams()) {
    await store.verify(stream);
    const events: ChainedEvent[] = [];
    for await (const event of store.readStored(stream)) events.push(event);
    for (const { eventName, payload } of events) {
      if (eventName !== 'vault.deposited') continue;
      const { depositId }: { depositId: string } = JSON.parse(payload);
      stored.set(depositId, (stored.get(depositId) ?? 0) + 1);
    }
    const { rows } = await cell
      .service('bank-service')
      .database.query<{ event_id: string; hash: string }>(
        'SELECT event_id, hash FROM domain_events WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY stream_version',
        [stream.aggregateType, stream.aggregateId],
      );
    const copied = rows.map(({ event_id: eventId, hash }) => `${eventId} ${hash}`);
    const missing = events.findIndex(({ eventId, hash }, at) => copied[at] !== `${eventId} ${hash}`);
    if (missing >= 0 || copied.length !== events.length)
      lost.push(
        `the log has ${copied.length} of the ${events.length} events of ${stream.aggregateId}, different from ${missing + 1} on`,
      );
  }
  for (const { depositId, vaultId } of deposits)
    if (!stored.has(depositId)) lost.push(`the acknowledged deposit ${depositId} is not in ${vaultId}`);
  for (const [depositId, times] of stored) if (times > 1) doubled.push(`the deposit ${depositId} is in its vault ${times} times`);
  return { lost, doubled };
}
