import { expect, test } from 'vitest';
import { StoppedService } from './stopped-service.fixture.ts';
import { invariants, places } from './verify.fixture.ts';

const service = StoppedService.forEachTest();

test('a lost inbox row is found by I2 alone', async () => {
  const verdict = await service.after(
    `DELETE FROM inbox WHERE subscription = 'lamp-service.lights' AND event_id = (SELECT event_id FROM domain_events WHERE position = 3)`,
  );
  expect(places(verdict)).toEqual(['I2 lamp-service.lights, Lamp/c version 1']);
});

test('P18 a poison event that was skipped instead of parked is found by I2 alone', async () => {
  const verdict = await service.after(`DELETE FROM parked_events`, `DELETE FROM parked_keys`);
  expect(places(verdict)).toEqual(['I2 lamp-service.effects, Lamp/p version 1', 'I2 lamp-service.effects, Lamp/p version 2']);
});

test('an inbox row older than the inbox keeps is not missed', async () => {
  const verdict = await service.after(
    `UPDATE domain_events SET recorded_at = recorded_at - interval '30 days' WHERE position = 3`,
    `DELETE FROM inbox WHERE event_id = (SELECT event_id FROM domain_events WHERE position = 3)`,
  );
  expect(invariants(verdict)).toEqual(['I9']);
});

test('a gap in the feed is found by I10 alone', async () => {
  const verdict = await service.after(
    `UPDATE domain_events SET position = 12 WHERE position = 11`,
    `UPDATE feed_head SET position = 12`,
    `UPDATE subscriptions SET checkpoint = 12`,
  );
  expect(verdict.violations).toEqual([{ invariant: 'I10', place: 'feed', expected: 'position 11', found: 'position 12' }]);
});

test('a head that is not the last position is found by I10', async () => {
  const verdict = await service.after(`UPDATE feed_head SET position = 12`);
  expect(places(verdict)).toEqual(['I10 feed_head']);
});

test('two events of a stream in the wrong order of the feed are found by I10 alone', async () => {
  const verdict = await service.after(
    `UPDATE domain_events SET position = -1 WHERE aggregate_id = 'a' AND stream_version = 1`,
    `UPDATE domain_events SET position = 1 WHERE aggregate_id = 'a' AND stream_version = 2`,
    `UPDATE domain_events SET position = 7 WHERE position = -1`,
  );
  expect(places(verdict)).toEqual(['I10 Lamp/a version 2']);
});

test('an event that never got its place is found by I10 once the grace is over', async () => {
  await service.after(`UPDATE domain_events SET position = NULL WHERE position = 11`, `UPDATE feed_head SET position = 10`);
  await service.run('UPDATE subscriptions SET checkpoint = 10');
  expect((await service.verdict({ graceMs: 60_000 })).violations).toEqual([]);
  expect(places(await service.verdict())).toEqual(['I10 Lamp/a version 4']);
});

test('a subscription that stays behind is found by I10, with its reason if it has one', async () => {
  const verdict = await service.after(
    `UPDATE subscriptions SET checkpoint = 10 WHERE name = 'lamp-service.effects'`,
    `UPDATE subscriptions SET checkpoint = 9, state = 'stopped', last_error = 'out of paper' WHERE name = 'lamp-service.lights'`,
    `UPDATE subscriptions SET checkpoint = 99 WHERE name = 'lamp-service.event-bridge'`,
  );
  expect(verdict.violations).toMatchObject([
    {
      invariant: 'I10',
      place: 'subscription lamp-service.effects',
      found: expect.stringMatching(/^running, but at checkpoint 10/),
    },
    { place: 'subscription lamp-service.event-bridge', expected: 'a checkpoint at the head 11', found: 'checkpoint 99' },
    { place: 'subscription lamp-service.lights', found: 'stands still: stopped at checkpoint 9, out of paper' },
  ]);
  expect(invariants(await service.verdict({ graceMs: 60_000 }))).toEqual(['I10']);
});

test('a subscription that never said what it takes is not called clean in silence', async () => {
  const verdict = await service.after(`DELETE FROM subscription_events WHERE subscription = 'lamp-service.lights'`);
  expect(verdict.notChecked).toContainEqual({ invariant: 'I2', reason: 'lamp-service.lights: has never said what it takes' });
});
