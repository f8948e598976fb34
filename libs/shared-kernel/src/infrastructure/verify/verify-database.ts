import { canaries } from './canaries.check.ts';
import { causes } from './causes.check.ts';
import type { Check, Checks, Finding, Scope } from './check.ts';
import { delivered } from './delivered.check.ts';
import { denseVersions } from './dense-versions.check.ts';
import { feedDrains } from './feed-drains.check.ts';
import { hashChain } from './hash-chain.check.ts';
import { sagaGoesOn } from './saga-goes-on.check.ts';
import { Snapshot } from './snapshot.ts';
import { stateEqualsLog } from './state-equals-log.check.ts';
import { storeChecks, type StoreToVerify } from './store.check.ts';
import { INVARIANTS, type Invariant, type Verdict, type Violation } from './verdict.ts';

export interface VerifyOptions {
  /** As it is named on the bus, such as `user-service`. */
  readonly service: string;
  /** Default: all. */
  readonly only?: readonly Invariant[] | undefined;
  /** `<aggregate type>/<id>`: what can be said of one stream alone. */
  readonly stream?: string | undefined;
  /** Events after this position of the feed; rows, sagas and subscriptions are looked at in any case. Default 0. */
  readonly since?: number | undefined;
  /** What may stand still for so long without being a violation. Default 60 s; 0 for a service that has nothing left to do. */
  readonly graceMs?: number | undefined;
  /** Texts that must not stand in any column, save the `allowed` ones (`table.column`). */
  readonly canaries?: readonly string[] | undefined;
  readonly allowed?: readonly string[] | undefined;
  /** Of a service that keeps aggregates in an event store: the store is judged too, against the log. */
  readonly eventStore?: StoreToVerify | undefined;
  /** What only the service itself can judge. */
  readonly checks?: Checks | undefined;
  readonly progress?: ((line: string) => void) | undefined;
}

const CHECKS: Checks = {
  I2: delivered,
  I3: denseVersions,
  I6: stateEqualsLog,
  I7: sagaGoesOn,
  I9: hashChain,
  I10: feedDrains,
  I11: causes,
  I12: canaries,
};
const OF_ONE_STREAM: ReadonlySet<Invariant> = new Set(['I2', 'I3', 'I6', 'I9', 'I11']);
const NOT_HERE: Partial<Record<Invariant, string>> = {
  I1: 'needs what the clients were told: the fault harness knows it',
  I4: 'needs effects that are counted: the fault harness counts them',
  I5: 'needs deliveries that are listed: the fault harness lists them',
  I8: 'this service keeps no ledger',
};

/**
 * Judges a service's database, running or not, at one moment: what is under way then is no violation. Reads only, in one transaction, with
 * flat memory. Throws NotVerifiable when the database does not answer, or was not migrated.
 */
export async function verifyDatabase(url: string, options: VerifyOptions): Promise<Verdict> {
  return Snapshot.of(url, async (snapshot) => {
    const checked: Verdict['checked'][number][] = [];
    const notChecked: Verdict['notChecked'][number][] = [];
    const undecided: Verdict['undecided'][number][] = [];
    const violations: Violation[] = [];
    const sources = [CHECKS, options.checks ?? {}, options.eventStore === undefined ? {} : storeChecks(options.eventStore)];
    for (const invariant of INVARIANTS) {
      if (options.only?.includes(invariant) === false) continue;
      const checks = sources.flatMap((source) => source[invariant] ?? []);
      const reason = whyNot(invariant, checks, options);
      if (reason !== undefined) {
        notChecked.push({ invariant, reason });
        continue;
      }
      options.progress?.(`${options.service} ${invariant}`);
      const found: Finding[] = [];
      for (const check of checks) found.push(await check(snapshot, scopeOf(invariant, options)));
      const sum = (of: (finding: Finding) => number): number => found.reduce((all, finding) => all + of(finding), 0);
      checked.push({ invariant, looked: sum(({ looked }) => looked), violations: sum(({ total }) => total) });
      for (const finding of found) {
        if (finding.notJudged !== undefined) notChecked.push({ invariant, reason: finding.notJudged });
        if (finding.undecided !== undefined) undecided.push({ invariant, reason: finding.undecided });
        violations.push(...finding.broken.map((one) => ({ invariant, ...one })));
      }
    }
    const at = { head: snapshot.head, takenAt: snapshot.takenAt };
    return { service: options.service, at, checked, notChecked, undecided, violations };
  });
}

function whyNot(
  invariant: Invariant,
  checks: readonly Check[],
  { stream, canaries: texts = [] }: VerifyOptions,
): string | undefined {
  if (checks.length === 0) return NOT_HERE[invariant] ?? 'there is no check for it';
  if (invariant === 'I12' && texts.length === 0) return 'no canary was given';
  return stream === undefined || OF_ONE_STREAM.has(invariant) ? undefined : 'it is not about one stream';
}

function scopeOf(invariant: Invariant, options: VerifyOptions): Scope {
  const { service, stream, since = 0, graceMs = 60_000, canaries: texts = [], allowed = [], progress } = options;
  const slash = stream?.indexOf('/') ?? -1;
  return {
    service,
    stream:
      stream === undefined
        ? undefined
        : { aggregateType: stream.slice(0, Math.max(slash, 0)), aggregateId: stream.slice(slash + 1) },
    since,
    graceMs,
    canaries: texts,
    allowed,
    progress: (looked) => progress?.(`${service} ${invariant}: ${looked}`),
  };
}
