import { checkListAppend, type InMemoryHistory } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import type { BankFacts } from '../workload/bank-workload.ts';
import type { Counts, Finding, Judgement } from './finding.ts';
import { judgeBank } from './judge-bank.ts';
import { judgeWithVerify } from './judge-with-verify.ts';
import { doubledEffects, gapsInEffects, invertedEffects } from './judge-effects.ts';

/** Subscriptions to which every event counts by itself. */
const UNORDERED = ['mirror-service.counts.count'];
const STRICT = ['mirror-service.accounts.follow'];

/** Every invariant, after the cell has come to rest. */
export async function judgeCell(cell: Cell, facts: BankFacts, history: InMemoryHistory): Promise<Judgement> {
  const findings: Finding[] = [];
  const counts: Counts = { lost: 0, doubled: 0, inverted: 0, gaps: 0, drift: 0 };
  let [events, effects] = [0, 0];
  for (const { name, database } of cell.services.values()) {
    const doubled = await doubledEffects(database, name);
    const inverted = await invertedEffects(database, name, UNORDERED);
    const gaps = await gapsInEffects(database, name, STRICT);
    counts.doubled += doubled.count;
    counts.inverted += inverted.count;
    counts.gaps += gaps.count;
    findings.push(...doubled.findings, ...inverted.findings, ...gaps.findings);
    const { rows } = await database.query<{ events: number; effects: number }>(
      'SELECT (SELECT count(*) FROM domain_events)::int AS events, (SELECT count(*) FROM observed_effects)::int AS effects',
    );
    events += rows[0]?.events ?? 0;
    effects += rows[0]?.effects ?? 0;
  }
  const bank = await judgeBank(cell, facts);
  findings.push(...bank.findings);
  for (const name of ['lost', 'doubled', 'inverted', 'gaps', 'drift'] as const) counts[name] += bank.counts[name];
  const verified = await judgeWithVerify(cell);
  findings.push(...verified.findings);
  counts.lost += verified.lost;
  counts.gaps += verified.gaps;
  await readEveryAccount(cell, history);
  for (const anomaly of checkListAppend(history.operations)) {
    counts[anomaly.kind === 'lost-write' ? 'lost' : anomaly.kind === 'duplicate' ? 'doubled' : 'inverted']++;
    findings.push({ invariant: `history: ${anomaly.kind}`, place: 'bank', detail: anomaly.detail });
  }
  return { findings, counts, events, effects };
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
