import {
  MOST_LISTED,
  type Broken,
  type Check,
  type DatabaseSnapshot,
  type EventContracts,
  type Finding,
} from '@edtech/shared-kernel';
import { entriesOf, postings } from '../../domain/ledger/ledger.ts';

const LEDGER = 'payment-service.ledger';

/**
 * I8: in each event and in each currency debit and credit are equal, the balances are the sums of the entries, and the entries are what the events
 * of the log post up to where the ledger has read.
 */
export function ledgerCheck(contracts: EventContracts): Check {
  return async (snapshot) => {
    const found = [
      await snapshot.broken(UNBALANCED_EVENTS),
      await snapshot.broken(UNBALANCED_CURRENCIES),
      await snapshot.broken(WRONG_BALANCES),
      await snapshot.broken(POSTED_BY_NOTHING, [Object.keys(postings), LEDGER]),
    ];
    const posted = await postedByLog(snapshot, contracts);
    return {
      looked: posted.looked,
      broken: [...found.flatMap(({ broken }) => broken), ...posted.broken].slice(0, MOST_LISTED),
      total: found.reduce((sum, { total }) => sum + total, posted.total),
    };
  };
}

const SIDES = `'debit ' || sum(debit) AS expected, 'credit ' || sum(credit) AS found`;

const UNBALANCED_EVENTS = `SELECT 'ledger_entries, event ' || event_id || ', ' || currency AS place, ${SIDES} FROM ledger_entries
  GROUP BY event_id, currency HAVING sum(debit) <> sum(credit) ORDER BY event_id`;

const UNBALANCED_CURRENCIES = `SELECT 'ledger_balances, ' || currency AS place, ${SIDES} FROM ledger_balances
  GROUP BY currency HAVING sum(debit) <> sum(credit) ORDER BY currency`;

const WRONG_BALANCES = `SELECT 'ledger_balances, ' || account || ' ' || currency AS place,
    'debit ' || coalesce(entries.debit, 0) || ', credit ' || coalesce(entries.credit, 0) AS expected,
    'debit ' || coalesce(balance.debit, 0) || ', credit ' || coalesce(balance.credit, 0) AS found
  FROM ledger_balances balance
    FULL JOIN (SELECT account, currency, sum(debit) AS debit, sum(credit) AS credit FROM ledger_entries GROUP BY account, currency) entries
      USING (account, currency)
  WHERE (balance.debit, balance.credit) IS DISTINCT FROM (entries.debit, entries.credit) ORDER BY account, currency`;

const POSTED_BY_NOTHING = `SELECT 'ledger_entries, event ' || entry.event_id || ' line ' || entry.line AS place,
    'an event of the log that the ledger has read' AS expected, 'none' AS found
  FROM ledger_entries entry LEFT JOIN domain_events event ON event.event_id = entry.event_id AND event.event_name = ANY($1)
    AND event.position <= (SELECT checkpoint FROM subscriptions WHERE name = $2)
  WHERE event.id IS NULL ORDER BY entry.event_id, entry.line`;

interface Posted {
  readonly event_id: string;
  readonly event_name: string;
  readonly schema_version: number;
  readonly payload: string;
  readonly place: string;
  /** JSON lines as `linesOf` makes them, in order. */
  readonly lines: readonly string[];
}

/** What waits in the queue of a parked stream is not posted yet. */
const READ = `SELECT event.event_id, event.event_name, event.schema_version, event.payload,
    event.aggregate_type || '/' || event.aggregate_id || ' version ' || event.stream_version AS place,
    ARRAY(SELECT concat_ws(' ', entry.line, entry.account, entry.currency, entry.debit, entry.credit, entry.event_name, entry.aggregate_id)
          FROM ledger_entries entry WHERE entry.event_id = event.event_id ORDER BY entry.line) AS lines
  FROM subscriptions ledger JOIN domain_events event ON event.position <= ledger.checkpoint AND event.event_name = ANY($1)
  WHERE ledger.name = $2 AND NOT EXISTS (SELECT 1 FROM parked_events parked
    WHERE parked.subscription = ledger.name AND parked.event_id = event.event_id::text)
  ORDER BY event.position`;

async function postedByLog(snapshot: DatabaseSnapshot, contracts: EventContracts): Promise<Finding> {
  const broken: Broken[] = [];
  let [looked, total] = [0, 0];
  for await (const page of snapshot.pages<Posted>(READ, [Object.keys(postings), LEDGER])) {
    for (const event of page) {
      const expected = linesOf(event, contracts).join('; ');
      const found = event.lines.join('; ');
      if (expected === found) continue;
      total++;
      if (broken.length < MOST_LISTED) broken.push({ place: `ledger_entries, ${event.place}`, expected, found });
    }
    looked += page.length;
  }
  return { looked, broken, total };
}

function linesOf(
  { event_name: name, schema_version: version, payload: text, place }: Posted,
  contracts: EventContracts,
): string[] {
  const id = /^[^/]+\/(\S+)/.exec(place)?.[1];
  const { payload } = contracts.read(name, version, JSON.parse(text));
  return entriesOf(name, payload).map(
    ({ account, currency, debit, credit }, line) => `${line} ${account} ${currency} ${debit} ${credit} ${name} ${id}`,
  );
}
