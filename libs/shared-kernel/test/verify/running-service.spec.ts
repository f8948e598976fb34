import { expect, onTestFinished, test } from 'vitest';
import { buy, light, LampWorld, reaction, until } from '../lamp-world.fixture.ts';
import { lampService, looked, places, verdictOn, work } from './verify.fixture.ts';

const world = LampWorld.forEachTest();

test('work under way is no violation: events without a place, behind a checkpoint, in a handler', async () => {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const self = world.replica([reaction(() => held)]).start();
  await buy(self, 'a', 'b', 'c');
  await until('a handler is at work', async () => (await self.checkpoints.status()).some(({ behind }) => behind > 0));
  await light(self, 'a', 50);
  const verdict = await verdictOn(world.db.url, { graceMs: 60_000 });
  expect(verdict.violations).toEqual([]);
  expect(looked(verdict)).toMatchObject({ I2: 0, I9: 53 });
  finish();
});

test('while it is written to, the log is judged as it stood at one moment', async () => {
  const self = lampService(world.db.url);
  onTestFinished(() => self.stop());
  await work(self);
  let writing = true;
  const writer = (async () => {
    while (writing) await light(self, 'b');
  })();
  for (let look = 0; look < 10; look++) expect((await verdictOn(world.db.url, { graceMs: 60_000 })).violations).toEqual([]);
  writing = false;
  await writer;
});

test('an event from before a subscription took its name is not missing; one from afterwards is', async () => {
  const first = world.replica([reaction(async () => undefined, { events: ['lamp.bought'] })]).start();
  await buy(first, 'a');
  await light(first, 'a');
  await first.settle();
  await world.stop(first);
  const second = world.replica([reaction(async () => undefined, { events: ['lamp.bought', 'lamp.lit'] })]).start();
  await second.settle();
  await light(second, 'a');
  await second.settle();
  const verdict = await verdictOn(world.db.url);
  expect([verdict.violations, looked(verdict)['I2']]).toEqual([[], 2]);
  await world.db.database.query({ text: 'DELETE FROM inbox' });
  expect((await verdictOn(world.db.url)).violations).toHaveLength(2);
});

test('an event that a subscription takes no more is not missing', async () => {
  const first = world.replica([reaction(async () => undefined)]).start();
  await buy(first, 'a');
  await first.settle();
  await world.stop(first);
  const second = world.replica([reaction(async () => undefined, { events: ['lamp.bought'] })]).start();
  await second.settle();
  await light(second, 'a');
  await second.settle();
  const verdict = await verdictOn(world.db.url);
  expect([verdict.violations, looked(verdict)['I2']]).toEqual([[], 1]);
});

test('P13 P15 a checkpoint that moved on without the effects is found by I2 alone', async () => {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  const self = world.replica([reaction(() => held)]).start();
  await buy(self, 'a', 'b');
  await light(self, 'a');
  await until('all have their place', async () => (await self.checkpoints.status())[0]?.behind === 3);
  expect((await verdictOn(world.db.url, { graceMs: 60_000 })).violations).toEqual([]);
  await world.db.database.query({ text: 'UPDATE subscriptions SET checkpoint = 2' });
  const verdict = await verdictOn(world.db.url, { graceMs: 60_000 });
  expect(places(verdict)).toEqual(['I2 lamp-service.effects, Lamp/a version 1', 'I2 lamp-service.effects, Lamp/b version 1']);
  expect(verdict.violations[0]).toMatchObject({
    expected: 'handled or parked: the checkpoint 2 has passed lamp.bought at 1',
    found: expect.stringMatching(/^no inbox row and nothing parked for event [0-9a-f-]{36}$/),
  });
  finish();
});
