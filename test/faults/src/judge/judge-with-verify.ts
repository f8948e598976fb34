import { verifyBetween, verifyDatabase, type Verdict } from '@edtech/shared-kernel';
import { accountContracts } from '../bank/bank.contracts.ts';
import type { Cell } from '../cell/cell.ts';
import { CANARY } from '../workload/bank-workload.ts';
import type { Finding } from './finding.ts';

/** Where the personal field of a transfer belongs. */
const PERSONAL = ['domain_events.payload', 'transfers.note'];

/** What `npm run verify` says of the services of a cell that has come to rest. */
export async function judgeWithVerify(cell: Cell): Promise<{ findings: Finding[]; lost: number; gaps: number }> {
  const verdicts: Verdict[] = [];
  for (const { name, databaseUrl } of cell.services.values())
    verdicts.push(await verifyDatabase(databaseUrl, { service: name, graceMs: 0, canaries: [CANARY], allowed: PERSONAL }));
  const [bank, mirror] = [cell.service('bank-service'), cell.services.get('mirror-service')];
  if (mirror !== undefined) {
    verdicts.push(
      await verifyBetween({
        producer: { service: bank.name, url: bank.databaseUrl },
        consumer: { service: mirror.name, url: mirror.databaseUrl },
        rules: accountContracts.map(({ name }) => ({ eventName: name })),
        waiting: async () => 0,
        from: 'beginning',
        graceMs: 0,
      }),
    );
  }
  const count = (invariant: string): number =>
    verdicts
      .flatMap(({ checked }) => checked)
      .reduce((sum, check) => sum + (check.invariant === invariant ? check.violations : 0), 0);
  const findings = verdicts.flatMap(({ service, violations, undecided }) => [
    ...violations.map(({ invariant, place, expected, found }) => ({
      invariant,
      place: `${service} ${place}`,
      detail: `${found}; expected ${expected}`,
    })),
    ...undecided.map(({ invariant, reason }) => ({ invariant, place: service, detail: `could not be judged: ${reason}` })),
  ]);
  return { findings, lost: count('I2'), gaps: count('I3') };
}
