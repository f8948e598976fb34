import { describe, expect, test } from 'vitest';
import { QUEUE, testBus } from './test-bus.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

async function withRule() {
  const parts = await testBus();
  await parts.rule('r', { Id: '1', Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 5 } });
  return parts;
}

describe('the fault switch', () => {
  test('duplicate delivers twice', async () => {
    const { bus, put, faults, targets } = await withRule();
    faults.duplicate = 1;
    await put({ n: 1 });
    await bus.idle();
    expect(targets.details(QUEUE)).toEqual([{ n: 1 }, { n: 1 }]);
  });

  test('reorderWindow mixes the order and loses nothing', async () => {
    const { put, faults, targets, clock } = await withRule();
    await put(...numbers(10));
    await clock.advance(0);
    expect(targets.details(QUEUE)).toEqual(numbers(10));
    faults.reorderWindow = 4;
    await put(...numbers(10));
    await clock.advance(10);
    const reordered = targets.details(QUEUE).slice(10);
    expect(reordered).not.toEqual(numbers(10));
    expect(reordered).toHaveLength(10);
    expect(reordered).toEqual(expect.arrayContaining(numbers(10)));
  });

  test('delayMs delivers later', async () => {
    const { put, faults, targets, clock } = await withRule();
    faults.delayMs = 500;
    await put({ n: 1 });
    await clock.advance(499);
    expect(targets.at(QUEUE)).toEqual([]);
    await clock.advance(1);
    expect(targets.at(QUEUE)).toHaveLength(1);
  });

  test('failTarget fails that many deliveries, then none', async () => {
    const { bus, put, faults, targets, clock } = await withRule();
    faults.failTarget = 2;
    await put({ n: 1 });
    await clock.advance(10_000);
    expect(targets.at(QUEUE)).toHaveLength(1);
    expect(bus.stats()).toMatchObject({ retried: 2, delivered: 1 });
    expect(faults.failTarget).toBe(0);
  });

  test('partialPutFailure refuses entries with InternalFailure and delivers only the others', async () => {
    const { bus, put, faults, targets } = await withRule();
    faults.partialPutFailure = 0.5;
    const { FailedEntryCount, Entries } = await put(...numbers(10));
    await bus.idle();
    expect(FailedEntryCount).toBeGreaterThan(0);
    expect(Entries).toContainEqual({ ErrorCode: 'InternalFailure', ErrorMessage: 'Internal failure' });
    expect(targets.at(QUEUE)).toHaveLength(10 - Number(FailedEntryCount));
  });

  test('throttle refuses entries, and the call when it meets all of them', async () => {
    const { put, faults } = await withRule();
    faults.throttle = 0.5;
    expect((await put(...numbers(10)))['Entries']).toContainEqual({
      ErrorCode: 'ThrottlingException',
      ErrorMessage: 'Rate exceeded',
    });
    faults.throttle = 1;
    await expect(put({ n: 1 })).rejects.toMatchObject({ type: 'ThrottlingException' });
  });

  test('resetAfterAccept gives no answer, yet the event is delivered', async () => {
    const { bus, put, faults, targets } = await withRule();
    faults.resetAfterAccept = 1;
    await expect(put({ n: 1 })).rejects.toMatchObject({ type: 'RESET' });
    await bus.idle();
    expect(targets.at(QUEUE)).toHaveLength(1);
  });

  test('the same seed gives the same run', async () => {
    const outcomes = await Promise.all(
      [1, 2].map(async () => {
        const { bus, put, faults, targets, clock } = await withRule();
        Object.assign(faults, { duplicate: 0.3, reorderWindow: 3, partialPutFailure: 0.2 });
        await put(...numbers(10));
        await clock.advance(100);
        await bus.idle();
        return targets.details(QUEUE);
      }),
    );
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).not.toEqual(numbers(10));
  });
});
