import { beforeAll, describe, expect, test } from 'vitest';
import {
  ALL_FAULTS,
  calmRun,
  digestOf,
  lineOf,
  simulate,
  World,
  type Plant,
  type RunResult,
  type WorldOptions,
} from '../../src/testing/index.ts';
import { orderContracts, orderTwins, POISON, shippingTwins, shopRules, shopWorkload } from './orders.fixture.ts';
import { plants } from './planted-bugs.ts';

const shop: WorldOptions = { services: [orderTwins, shippingTwins], rules: shopRules, contracts: orderContracts };
const run = (world: World, seed: number): Promise<RunResult> =>
  simulate(world, { seed, faults: ALL_FAULTS, workload: shopWorkload(seed) });

let sound: World;
beforeAll(async () => {
  sound = await World.open(shop);
});

describe('a run', () => {
  test('is a pure function of its seed, byte for byte, also in another world and after other runs', async () => {
    const first = await run(sound, 7);
    await run(sound, 8);
    const again = await run(sound, 7);
    const elsewhere = await run(await World.open(shop), 7);
    expect(first.crashes).toBeGreaterThan(0);
    for (const other of [again, elsewhere]) {
      expect(other.trace.map(lineOf)).toEqual(first.trace.map(lineOf));
      expect(digestOf(other)).toBe(digestOf(first));
    }
    expect(digestOf(await run(sound, 8))).not.toBe(digestOf(first));
  });

  test('in calm does what it says: orders are counted once, reminders come after an hour', async () => {
    const { violations, observable } = await calmRun(sound, 1, shopWorkload(1));
    expect(violations).toEqual([]);
    expect(observable['order-service']).toMatchObject({ state: { counts: { placed: { count: 6 } } } });
    expect(observable['shipping-service']).toMatchObject({ parked: [`shipping-service.orders.handleOrder Order/${POISON}`] });
  });

  test('of a sound system violates nothing, whatever goes wrong', async () => {
    let crashes = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const result = await run(sound, seed);
      expect(result.violations, `seed ${seed}`).toEqual([]);
      crashes += result.crashes;
    }
    expect(crashes).toBeGreaterThan(100);
  }, 120_000);
});

const caught: readonly (readonly [keyof typeof plants, string, string])[] = [
  ['inbox rows kept five minutes', 'shipping-service', 'I4'],
  ['get, work, set', 'shipping-service', 'I4'],
  ['poison skipped instead of parked', 'shipping-service', 'I2'],
  ['latest ignores versions', 'shipping-service', 'I5'],
  ['strict ignores versions', 'shipping-service', 'I5'],
  ['timer in memory', 'order-service', 'I7'],
  ['compensation repeated on retry', 'order-service', 'I8'],
  ['checkpoint before the publishing, a throw swallowed', 'order-service', 'I2'],
];

test('every planted bug has its case', () => {
  expect(caught.map(([bug]) => bug).toSorted()).toEqual(Object.keys(plants).toSorted());
});

test.each(caught)(
  '%s in %s is caught by %s, and the same seed is clean without it',
  async (bug, service, invariant) => {
    const plant: Plant = plants[bug];
    const broken = await World.open({ ...shop, plants: { [service]: plant } });
    for (let seed = 1; seed <= 200; seed++) {
      const { violations } = await run(broken, seed);
      if (violations.length === 0) continue;
      expect(violations.map((violation) => violation.invariant)).toContain(invariant);
      expect((await run(sound, seed)).violations).toEqual([]);
      return;
    }
    expect.unreachable(`${bug} survived 200 seeds`);
  },
  120_000,
);
