import { checkListAppend, type InMemoryHistory } from '@edtech/shared-kernel/testing';
import { accountContracts } from '../bank/bank.contracts.ts';
import type { Cell } from '../cell/cell.ts';
import { CANARY, type BankFacts } from '../workload/bank-workload.ts';
import type { Counts, Finding, Judgement } from './finding.ts';
import { judgeBank } from './judge-bank.ts';
import { judgeEffects } from './judge-effects.ts';
import { judgeWithVerify, type Pair } from './judge-with-verify.ts';

/** Subscriptions to which every event counts by itself. */
const UNORDERED = ['mirror-service.counts.count'];
const STRICT = ['mirror-service.accounts.follow'];
/** Where the personal field of a transfer belongs. */
const PERSONAL = ['domain_events.payload', 'transfers.note'];

/** Every invariant, after the cell has come to rest. */
export async function judgeCell(cell: Cell, facts: BankFacts, history: InMemoryHistory): Promise<Judgement> {
  const findings: Finding[] = [];
  const counts: Counts = { lost: 0, doubled: 0, inverted: 0, gaps: 0, drift: 0 };
  let [recorded, observed] = [0, 0];
  for (const service of cell.services.values()) {
    const effects = await judgeEffects(service, { unordered: UNORDERED, strict: STRICT });
    findings.push(...effects.findings);
    for (const name of ['doubled', 'inverted', 'gaps'] as const) counts[name] += effects.counts[name];
    recorded += effects.events;
    observed += effects.effects;
  }
  const bank = await judgeBank(cell, facts);
  findings.push(...bank.findings);
  for (const name of ['lost', 'doubled', 'inverted', 'gaps', 'drift'] as const) counts[name] += bank.counts[name];
  const verified = await judgeWithVerify(cell, { graceMs: 0, canaries: [CANARY], allowed: PERSONAL, pairs: followed(cell) });
  findings.push(...verified.findings);
  counts.lost += verified.lost;
  counts.gaps += verified.gaps;
  await readEveryAccount(cell, history);
  for (const anomaly of checkListAppend(history.operations)) {
    counts[anomaly.kind === 'lost-write' ? 'lost' : anomaly.kind === 'duplicate' ? 'doubled' : 'inverted']++;
    findings.push({ invariant: `history: ${anomaly.kind}`, place: 'bank', detail: anomaly.detail });
  }
  return { findings, counts, events: recorded, effects: observed };
}

/** The mirror follows the bank, if the cell has one. */
function followed(cell: Cell): Pair[] {
  if (!cell.services.has('mirror-service')) return [];
  const rules = accountContracts.map(({ name }) => ({ eventName: name }));
  return [{ producer: 'bank-service', consumer: 'mirror-service', rules }];
}

/** The last word on every list: nothing may be missing from it that was acknowledged. */
async function readEveryAccount(cell: Cell, history: InMemoryHistory): Promise<void> {
  const { database } = cell.service('bank-service');
  const keys = new Set(history.operations.map(({ key }) => key));
  for (const key of keys) {
    const done = history.invoke({ client: 'judge', op: 'read', key });
    const { rows } = await database.query<{ debits: string[] }>('SELECT debits FROM accounts WHERE id = $1', [key]);
    done.ok(rows[0]?.debits ?? []);
  }
}
