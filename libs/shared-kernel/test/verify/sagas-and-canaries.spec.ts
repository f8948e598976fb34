import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordedEvent } from '../../src/testing/recorded-event.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_EFFECTS, ManualClock, SagaReplica } from '../sagas/saga-replica.fixture.ts';
import { BookingRequested, GuestCame, NotifyTutorCommand, ProfileCreated, RefundCommand } from '../sagas/sagas.fixture.ts';
import { looked, places, verdictOn } from './verify.fixture.ts';

let db: KernelDatabase;
let replica: SagaReplica;

beforeEach(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_EFFECTS });
  replica = new SagaReplica(db.url, new ManualClock());
});
afterEach(async () => {
  await replica.close();
  await db.close();
});

const book = (bookingId: string) => replica.deliver(recordedEvent(BookingRequested, { bookingId }));

test('sagas with timers, done, compensated and stuck at a parked step are clean; one that awaits a message is said to be unjudged', async () => {
  await replica.deliver(recordedEvent(ProfileCreated, { tutorId: 't-1', email: 't@example.test' }));
  await replica.deliver(recordedEvent(GuestCame, { meetingId: 'm-1', guest: 'g' }));
  replica.before = (command) => {
    if (command instanceof NotifyTutorCommand) throw Object.assign(new Error('refused'), { code: 'REFUSED' });
  };
  await book('b-1');
  await replica.runtime.dispatchDue();
  const verdict = await verdictOn(db.url, { only: ['I7'] });
  expect([verdict.violations, looked(verdict)]).toEqual([[], { I7: 3 }]);
  expect(verdict.notChecked).toEqual([
    { invariant: 'I7', reason: '1 of test.meeting (such as m-1): no timer and no command, so it awaits a message' },
  ]);
});

test('P7 a compensation that was dropped is found by I7 alone', async () => {
  const clock = new ManualClock();
  await replica.close();
  replica = new SagaReplica(db.url, clock);
  replica.before = (command) => {
    if (command instanceof RefundCommand) throw new Error('the provider is away');
  };
  await book('b-1');
  await replica.runtime.dispatchDue();
  clock.advance(3_600_000);
  await replica.runtime.fireDue();
  await replica.runtime.dispatchDue();
  const { rows } = await db.database.query({ text: 'SELECT status FROM sagas' });
  expect(rows).toEqual([{ status: 'compensating' }]);
  expect((await verdictOn(db.url)).violations).toEqual([]);
  await db.database.query({ text: 'DELETE FROM saga_commands WHERE compensates IS NOT NULL' });
  const verdict = await verdictOn(db.url);
  expect(verdict.violations).toEqual([
    {
      invariant: 'I7',
      place: 'test.booking/b-1',
      expected: 'a compensation that waits or is parked, or the end',
      found: 'compensating, with nothing left to do',
    },
  ]);
});

test('I12 a canary is found in every kind of text column, save where it may stand', async () => {
  await db.database.query({
    text: `CREATE TABLE cards (id text, tags text[], notes jsonb, raw json, number int, "odd name" varchar(80));
           INSERT INTO cards VALUES ('1', ARRAY['canary-"7"'], '{"a": "canary-\\"7\\""}', '{"a": "canary-\\"7\\""}', 7, 'Canary-"7" here'), ('50 percent off', NULL, NULL, NULL, 1, 'nothing')`,
  });
  const canaries = ['canary-"7"', '50%_off'];
  const found = await verdictOn(db.url, { canaries });
  expect(places(found)).toEqual(['I12 cards.tags', 'I12 cards.notes', 'I12 cards.raw', 'I12 cards.odd name']);
  expect(found.violations[0]).toMatchObject({ expected: 'no canary', found: 'a canary in 1 rows' });
  const allowed = ['cards.tags', 'cards.notes', 'cards.raw', 'cards.odd name'];
  expect((await verdictOn(db.url, { canaries, allowed })).violations).toEqual([]);
  expect((await verdictOn(db.url, { canaries: ['5000 off'] })).violations).toEqual([]);
});

test('I12 a canary inside a parked message that is itself JSON in JSON is found', async () => {
  const body = JSON.stringify({ detail: { payload: { name: 'Ann "canary" O’Neil' } } });
  await db.database.query({ text: `INSERT INTO parked_keys (subscription, stream) VALUES ('s', 'k')` });
  await db.database.query({
    text: `INSERT INTO parked_events (subscription, stream, event_id, event_name, message) VALUES ('s', 'k', 'e', 'n', $1)`,
    values: [JSON.stringify({ payload: { body } })],
  });
  expect(places(await verdictOn(db.url, { canaries: ['Ann "canary" O’Neil'] }))).toEqual(['I12 parked_events.message']);
});
