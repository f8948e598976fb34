import { join } from 'node:path';
import { ProcessUnderTest } from '@edtech/shared-kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PayoutRepository } from '../src/application/interfaces/payout.repository.ts';
import { PayoutWorld, tutorOf } from './payouts.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

/** Each lets a process make one or two steps and ends it then, where something is stored and nobody has heard of it. */
const DEATHS = ['ddb.after-put:1', 'ddb.before-put:2', 'saga.after-cmd:1', 'ddb.after-put:1', 'relay.after-copy:1'];

let service: RunningPaymentService;
let world: PayoutWorld;

beforeAll(async () => {
  service = await runningPaymentService({ ROLE: 'http' });
  world = new PayoutWorld(service);
});
afterAll(() => service.close());

/** A worker of the service as a process of its own; the weeks of those with another time scale have names of their own. */
function worker(env: Readonly<Record<string, string>>): Promise<ProcessUnderTest> {
  return ProcessUnderTest.start({
    name: 'payment-worker',
    module: join(import.meta.dirname, '..', 'dist', 'main.js'),
    env: { ...process.env, ...service.environment, ROLE: 'worker', ...env },
  });
}

async function untilPaid(tutorId: string, payouts: number, gone: Promise<unknown>): Promise<boolean> {
  let isGone = false;
  void gone.then(() => (isGone = true));
  for (;;) {
    const rows = await service.query(`SELECT 1 FROM payout_list WHERE tutor_id = $1 AND status = 'paid'`, [tutorId]);
    if (rows.length === payouts) return true;
    if (isGone) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test(
  'a service that is killed time and again in the middle of its steps pays and deducts once',
  { timeout: 300_000 },
  async () => {
    const steady = await worker({});
    const tutorId = await world.openAccount(tutorOf());
    const first = await world.released(tutorId, 4_000);
    await world.week('2031-W01');
    expect(await untilPaid(tutorId, 1, steady.exited)).toBe(true);
    const before = await world.payoutOf(tutorId);
    await world.loseDispute(first);
    await world.released(tutorId, 4_000);
    await world.released(tutorId, 2_400);
    await steady.stop();

    let kills = 0;
    for (const CRASH_AT of DEATHS) {
      const mortal = await worker({ TIME_SCALE: '2', CRASH_AT });
      if (await untilPaid(tutorId, 2, mortal.exited)) {
        await mortal.stop();
        break;
      }
      expect(await mortal.exited).toMatchObject({ signal: 'SIGKILL' });
      kills++;
    }
    expect(kills).toBeGreaterThanOrEqual(4);

    const survivor = await worker({ TIME_SCALE: '2' });
    await service.settled();
    const [payoutId = '', ...others] = (await world.payoutsOf(tutorId)).filter((id) => id !== before);
    expect(others).toEqual([]);
    expect((await service.get(PayoutRepository).get(payoutId)).snapshot).toMatchObject({ amount: 2_400, status: 'paid' });
    await service.untilEvents(payoutId, ['payout.scheduled', 'payout.started', 'payout.paid']);
    expect(
      await service.query(`SELECT outcome->>'outcome' AS outcome FROM fake_provider_operations WHERE key LIKE $1`, [
        `${payoutId}%`,
      ]),
    ).toEqual([{ outcome: 'paid' }]);
    expect(await world.balanceOf('tutor_payable')).toBe(0);
    expect(await service.query('SELECT 1 FROM payout_plans WHERE finished_at IS NULL')).toEqual([]);
    await survivor.stop();
  },
);
