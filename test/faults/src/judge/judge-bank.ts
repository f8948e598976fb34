import type pg from 'pg';
import type { Cell } from '../cell/cell.ts';
import { OPENING_BALANCE, type BankFacts } from '../workload/bank-workload.ts';
import type { Counts, Finding } from './finding.ts';
import { judgeVaults } from './judge-vaults.ts';

const MOST_SHOWN = 5;

/** What must be true of the bank, and of its mirror if the cell has one, when all is quiet, given what the clients were told. */
export async function judgeBank(cell: Cell, facts: BankFacts): Promise<{ findings: Finding[]; counts: Counts }> {
  const bank = cell.service('bank-service').database;
  const mirror = cell.services.get('mirror-service')?.database;
  const findings: Finding[] = [];
  const counts: Counts = { lost: 0, doubled: 0, inverted: 0, gaps: 0, drift: 0 };
  const found = (kind: keyof Counts, invariant: string, lines: readonly string[]): void => {
    counts[kind] += lines.length;
    for (const line of lines.slice(0, MOST_SHOWN)) findings.push({ invariant, place: 'bank', detail: line });
  };

  found('lost', 'I1', await missingMoves(bank, facts));
  found('lost', 'I1', await missingTransfers(bank, facts));
  found('lost', 'I11', await foreignActors(bank, facts));
  found('drift', 'I8', driftOf(facts));
  found('drift', 'I8', await finalDrift(bank, facts));
  found(
    'lost',
    'I2',
    await lines(
      bank,
      `SELECT event_name || ' ' || event_id || ' has no statement' FROM domain_events
       WHERE event_name IN ('account.debited', 'account.credited') AND NOT EXISTS (SELECT 1 FROM statements WHERE statements.event_id = domain_events.event_id)`,
    ),
  );
  found(
    'doubled',
    'I4',
    await lines(
      bank,
      `SELECT event_id || ' has ' || count(*) || ' statements' FROM statements GROUP BY event_id HAVING count(*) > 1`,
    ),
  );
  found(
    'lost',
    'I2',
    await lines(
      bank,
      `SELECT event_id || ' was never noticed outside' FROM domain_events WHERE event_name = 'account.opened'
       AND NOT EXISTS (SELECT 1 FROM notices WHERE message_id = event_id::text)`,
    ),
  );
  found('lost', 'I7', await unfinishedTransfers(bank));
  const vaults = await judgeVaults(cell, facts);
  found('lost', 'I2', vaults.lost);
  found('doubled', 'I4', vaults.doubled);
  found('lost', 'I6', await wrongInBook(bank));
  if (mirror !== undefined) found('lost', 'I2', await differences(bank, mirror));
  return { findings, counts };
}

async function missingMoves(bank: pg.Pool, { moves }: BankFacts): Promise<string[]> {
  const { rows } = await bank.query<{ id: string }>(
    `SELECT acked.id FROM unnest($1::text[], $2::text[], $3::text[]) AS acked (id, source, target)
     WHERE (SELECT count(*) FROM domain_events WHERE aggregate_type = 'Account' AND aggregate_id IN (acked.source, acked.target)
            AND payload LIKE '%"moveId":"' || acked.id || '"%') <> 2`,
    [moves.map(({ moveId }) => moveId), moves.map(({ from }) => from), moves.map(({ to }) => to)],
  );
  return rows.map(({ id }) => `the acknowledged move ${id} is not in the log as one debit and one credit`);
}

async function missingTransfers(bank: pg.Pool, { transfers }: BankFacts): Promise<string[]> {
  const { rows } = await bank.query<{ id: string }>(
    `SELECT acked.id FROM unnest($1::text[]) AS acked (id) WHERE NOT EXISTS (
       SELECT 1 FROM domain_events WHERE aggregate_type = 'Transfer' AND aggregate_id = acked.id AND event_name = 'transfer.requested')`,
    [transfers.map(({ transferId }) => transferId)],
  );
  return rows.map(({ id }) => `the acknowledged transfer ${id} is not in the log`);
}

/** The actor of an event is who made the request, never whom it is about. */
async function foreignActors(bank: pg.Pool, { transfers }: BankFacts): Promise<string[]> {
  const { rows } = await bank.query<{ id: string; actor: string }>(
    `SELECT acked.id, event.actor FROM unnest($1::text[], $2::text[]) AS acked (id, client)
     JOIN domain_events event ON event.aggregate_type = 'Transfer' AND event.aggregate_id = acked.id AND event.event_name = 'transfer.requested'
     WHERE event.actor::jsonb->>'id' <> acked.client`,
    [transfers.map(({ transferId }) => transferId), transfers.map(({ client }) => client)],
  );
  return rows.map(({ id, actor }) => `transfer ${id} names ${actor} as its actor`);
}

function driftOf({ accounts: perGeneration, balances }: BankFacts): string[] {
  return balances.flatMap(({ generation, accounts }) => {
    const sum = accounts.reduce((total, { balance }) => total + balance, 0);
    const negative = accounts.filter(({ balance }) => balance < 0);
    return [
      ...(sum === perGeneration * OPENING_BALANCE ? [] : [`a read of ${generation} adds up to ${sum}`]),
      ...negative.map(({ id, balance }) => `${id} was read as ${balance}`),
    ];
  });
}

async function finalDrift(bank: pg.Pool, { accounts, generations }: BankFacts): Promise<string[]> {
  const total = accounts * OPENING_BALANCE;
  const { rows } = await bank.query<{ generation: string; sum: string }>(
    `SELECT split_part(id, '-', 1) AS generation, sum(balance) AS sum FROM accounts GROUP BY 1`,
  );
  const sums = new Map(rows.map(({ generation, sum }) => [generation, Number(sum)]));
  return generations.flatMap((generation) =>
    sums.get(generation) === total ? [] : [`${generation} holds ${sums.get(generation)} in the end, ${total} went in`],
  );
}

/** A transfer is settled, or it was undone once; its reminder came once, or not at all if it was undone before. */
async function unfinishedTransfers(bank: pg.Pool): Promise<string[]> {
  return lines(
    bank,
    `SELECT 'saga ' || key || ' is ' || sagas.status || ', its transfer ' || coalesce(transfers.status, 'missing') FROM sagas
       LEFT JOIN transfers ON transfers.id = sagas.key
       WHERE NOT ((sagas.status = 'completed' AND transfers.status = 'settled')
               OR (sagas.status = 'compensated' AND transfers.status IN ('reversed', 'requested')))
     UNION ALL
     SELECT 'transfer ' || transfers.id || ' was requested and no saga knows of it' FROM transfers
       WHERE NOT EXISTS (SELECT 1 FROM sagas WHERE sagas.key = transfers.id)
     UNION ALL
     SELECT 'transfer ' || key || ' has no reminder' FROM sagas WHERE status = 'completed'
       AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = key || '-reminder')
     UNION ALL
     SELECT 'transfer ' || id || ' was ' || status || ' with money left on the way' FROM transfers
       WHERE EXISTS (SELECT 1 FROM accounts WHERE accounts.id = transfers.id || '-transit' AND balance <> 0)`,
  );
}

/** The projection is the fold of the log. */
async function wrongInBook(bank: pg.Pool): Promise<string[]> {
  return lines(
    bank,
    `SELECT id || ' holds ' || balance || ' at version ' || accounts.stream_version || ', the book says ' || coalesce(book.sum::text, 'nothing')
       || ' of ' || coalesce(book.events, 0) || ' events'
     FROM accounts LEFT JOIN book ON book.account_id = id
     WHERE (book.sum, book.events, book.stream_version) IS DISTINCT FROM (balance, accounts.stream_version, accounts.stream_version)`,
  );
}

/** The read models of the other service are those of the log. */
async function differences(bank: pg.Pool, mirror: pg.Pool): Promise<string[]> {
  const accounts = await bank.query<{ id: string; balance: number; debits: string[]; stream_version: number }>(
    'SELECT id, balance, debits, stream_version FROM accounts ORDER BY id',
  );
  const mirrored = new Map(
    (
      await mirror.query<{ account_id: string; balance: number; debits: string[] }>(
        'SELECT account_id, balance, debits FROM mirrored_accounts',
      )
    ).rows.map((row) => [row.account_id, row]),
  );
  const latest = new Map(
    (
      await mirror.query<{ account_id: string; balance: number; version: number }>(
        'SELECT account_id, balance, version FROM latest_balances',
      )
    ).rows.map((row) => [row.account_id, row]),
  );
  const different = accounts.rows.flatMap(({ id, balance, debits, stream_version: version }) => {
    const [copy, last] = [mirrored.get(id), latest.get(id)];
    return [
      ...(copy?.balance === balance && copy.debits.join() === debits.join()
        ? []
        : [`${id} holds ${balance} after ${debits.length} debits, its mirror ${copy?.balance} after ${copy?.debits.length}`]),
      ...(last?.balance === balance && last.version === version
        ? []
        : [`${id} holds ${balance} at version ${version}, the latest known is ${last?.balance} at ${last?.version}`]),
    ];
  });
  const counted = new Map(
    (await mirror.query<{ event_name: string; count: number }>('SELECT event_name, count FROM event_counts')).rows.map((row) => [
      row.event_name,
      row.count,
    ]),
  );
  const recorded = await bank.query<{ event_name: string; count: number }>(
    `SELECT event_name, count(*)::int AS count FROM domain_events WHERE aggregate_type = 'Account' GROUP BY event_name`,
  );
  const miscounted = recorded.rows.flatMap(({ event_name: name, count }) =>
    counted.get(name) === count ? [] : [`${count} ${name} were recorded, the mirror counted ${counted.get(name)}`],
  );
  return [...different, ...miscounted];
}

async function lines(database: pg.Pool, text: string): Promise<string[]> {
  const { rows } = await database.query<Record<string, string>>(text);
  return rows.map((row) => Object.values(row).join(' '));
}
