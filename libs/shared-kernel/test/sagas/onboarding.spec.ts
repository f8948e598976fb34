import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../src/application/durations.ts';
import { recordedEvent } from '../../src/testing/recorded-event.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_EFFECTS, ManualClock, SagaReplica } from './saga-replica.fixture.ts';
import { GuestCame, ProfileCreated, ProfileViewed, SendWelcomeEmailCommand, TutorSuspended } from './sagas.fixture.ts';

const SAGA = 'test.onboarding';
const created = () => recordedEvent(ProfileCreated, { tutorId: 't-1', email: 'ada@example.org' });
const viewed = (broken = false) => recordedEvent(ProfileViewed, { tutorId: 't-1', broken });

let db: KernelDatabase;
let clock: ManualClock;
let replicas: SagaReplica[];

beforeEach(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_EFFECTS });
  clock = new ManualClock();
  replicas = [replica(), replica()];
});
afterEach(async () => {
  await Promise.all(replicas.map((one) => one.close()));
  await db.close();
});

function replica(timeScale = 1): SagaReplica {
  return new SagaReplica(db.url, clock, undefined, timeScale);
}
function first(): SagaReplica {
  const [one] = replicas;
  if (one === undefined) throw new Error('no replica');
  return one;
}
/** All replicas at the same time, until nothing is due. */
async function settle(): Promise<void> {
  await Promise.all(replicas.map((one) => one.runtime.fireDue()));
  await Promise.all(replicas.map((one) => one.runtime.fireDue()));
  await Promise.all(replicas.map((one) => one.runtime.dispatchDue()));
  await Promise.all(replicas.map((one) => one.runtime.dispatchDue()));
}
async function after(ms: number): Promise<string[]> {
  clock.advance(ms);
  await settle();
  return first().effects();
}

describe('a saga with timers, on two replicas', () => {
  test('has each effect once: mail at once, dashboard after 1 h, tips after 24 h, feedback after 30 d, also across a restart', async () => {
    const event = created();
    await Promise.all([...replicas, ...replicas].map((one) => one.deliver(event)));
    expect(await after(0)).toEqual(['SendWelcomeEmail t-1']);
    expect(await after(minutes(59))).toHaveLength(1);
    expect(await after(minutes(1))).toEqual(['SendWelcomeEmail t-1', 'InitializeDashboard t-1']);

    await Promise.all(replicas.map((one) => one.close()));
    replicas = [replica(), replica()];

    expect(await after(hours(22))).toHaveLength(2);
    expect(await after(hours(1))).toHaveLength(3);
    expect(await after(days(28))).toHaveLength(3);
    expect(await after(days(2))).toEqual([
      'SendWelcomeEmail t-1',
      'InitializeDashboard t-1',
      'SendTips t-1',
      'AskForFeedback t-1',
    ]);
    expect(await first().sagas.show(SAGA, 't-1')).toMatchObject({ status: 'completed', timers: [] });
  });

  test('is started once by several events that arrive together', async () => {
    await Promise.all([...replicas, ...replicas].map((one) => one.deliver(created())));
    expect(await after(hours(1))).toEqual(['SendWelcomeEmail t-1', 'InitializeDashboard t-1']);
  });

  test('loses no event of those that arrive together', async () => {
    await first().deliver(created());
    await Promise.all([...replicas, ...replicas, ...replicas].map((one) => one.deliver(viewed())));
    expect((await first().sagas.show(SAGA, 't-1')).state).toEqual({ tutorId: 't-1', views: 6 });
    expect(await after(0)).toHaveLength(7);
  });

  test('is started by the first of several events that may start it, and continued by the others', async () => {
    for (let meeting = 1; meeting <= 5; meeting++) {
      const guests = ['ada', 'bob', 'cy', 'dee'].map((guest) => recordedEvent(GuestCame, { meetingId: `m-${meeting}`, guest }));
      await Promise.all(
        guests.map(async (event, index) => {
          await replicas[index % 2]?.deliver(event);
        }),
      );
      const { state } = await first().sagas.show('test.meeting', `m-${meeting}`);
      expect(state).toMatchObject({ guests: expect.arrayContaining(['ada', 'bob', 'cy', 'dee']) });
    }
  });

  test('fires late timers in the order in which they were due', async () => {
    await first().deliver(created());
    expect((await after(days(40))).slice(1)).toEqual(['InitializeDashboard t-1', 'SendTips t-1', 'AskForFeedback t-1']);
  });

  test('gives every command the correlation of its saga, a cause and a stable id', async () => {
    const event = created();
    await first().deliver(event);
    await after(hours(1));
    const { correlationId, steps } = await first().sagas.show(SAGA, 't-1');
    expect(correlationId).toBe(event.correlationId);
    expect(steps.map(({ causationId }) => causationId)).toEqual([event.eventId, `timer:${SAGA}/t-1/dashboard`]);
    const { rows } = await db.database.query<{ command_id: string }>({ text: 'SELECT command_id FROM effects ORDER BY id' });
    expect(rows.map((row) => row.command_id)).toEqual(steps.map(({ commandId }) => commandId));
  });

  test('divides the time of `after` by the time scale', async () => {
    replicas.push(replica(3_600));
    await replicas.at(-1)?.deliver(created());
    expect(await after(1_000)).toContain('InitializeDashboard t-1');
  });
});

describe('a saga among failures', () => {
  test('goes on with the third event when the second one breaks its transition', async () => {
    await first().deliver(created());
    await first().deliver(viewed());
    await expect(first().deliver(viewed(true))).rejects.toThrow('breaks the transition');
    await first().deliver(viewed());
    expect(await after(0)).toEqual(['SendWelcomeEmail t-1', 'CountView t-1', 'CountView t-1']);
    expect((await first().sagas.show(SAGA, 't-1')).state).toEqual({ tutorId: 't-1', views: 2 });
  });

  test('never fires a timer after the event that cancelled it, and ignores every later event', async () => {
    await first().deliver(created());
    expect(await after(hours(1))).toContain('InitializeDashboard t-1');
    await first().deliver(recordedEvent(TutorSuspended, { tutorId: 't-1' }));
    await first().deliver(viewed());
    await first().deliver(created());
    expect(await after(days(60))).toHaveLength(2);
    expect(await first().sagas.show(SAGA, 't-1')).toMatchObject({ status: 'cancelled', timers: [] });
  });

  test('ignores an event for an instance that was never started', async () => {
    expect(await first().deliver(viewed())).toEqual(['handled']);
    expect(await first().sagas.list()).toEqual([]);
  });

  test('parks a step that fails five times, lets the others go on, and carries it out once an operator retries it', async () => {
    for (const one of replicas) {
      one.before = (command) => {
        if (command instanceof SendWelcomeEmailCommand) throw new Error('no mail today');
      };
    }
    await first().deliver(created());
    for (let attempt = 1; attempt <= 5; attempt++) await after(minutes(1));
    expect(await first().sagas.list({ status: 'stuck' })).toMatchObject([{ saga: SAGA, key: 't-1' }]);
    expect((await first().sagas.show(SAGA, 't-1')).steps).toMatchObject([{ status: 'parked', attempts: 5 }]);
    expect(await after(hours(1))).toEqual(['InitializeDashboard t-1']);

    for (const one of replicas) one.before = () => undefined;
    expect(await first().sagas.retry(SAGA, 't-1')).toBe(1);
    expect(await after(0)).toEqual(['InitializeDashboard t-1', 'SendWelcomeEmail t-1']);
    expect(await first().sagas.list({ status: 'stuck' })).toEqual([]);
  });

  test('waits with later steps while an earlier one is being retried', async () => {
    for (const one of replicas) {
      one.before = (command) => {
        if (command instanceof SendWelcomeEmailCommand) throw new Error('no mail now');
      };
    }
    await first().deliver(created());
    await first().deliver(viewed());
    expect(await after(0)).toEqual([]);
    for (const one of replicas) one.before = () => undefined;
    expect(await after(minutes(1))).toEqual(['SendWelcomeEmail t-1', 'CountView t-1']);
  });

  test('undoes the effect of a handler that dies after it: effect and mark are one transaction', async () => {
    let deaths = 0;
    first().after = () => {
      if (++deaths <= 2) throw new Error('died after the effect');
    };
    await first().deliver(created());
    for (let attempt = 1; attempt <= 3; attempt++) {
      clock.advance(minutes(1));
      await first().runtime.dispatchDue();
    }
    expect(deaths).toBe(3);
    expect(await first().effects()).toEqual(['SendWelcomeEmail t-1']);
    expect((await first().sagas.show(SAGA, 't-1')).steps).toMatchObject([{ status: 'done', attempts: 3 }]);
  });

  test('has its effect once when the connection of the handler is killed', async () => {
    let kills = 0;
    first().after = async () => {
      if (++kills > 1) return;
      const { rows } = await (await first().unitOfWork.client()).query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await db.database.query({ text: 'SELECT pg_terminate_backend($1)', values: [rows[0]?.pid] });
    };
    await first().deliver(created());
    await first().runtime.dispatchDue();
    expect(kills).toBe(1);
    expect(await first().effects()).toEqual([]);
    expect(await after(minutes(1))).toEqual(['SendWelcomeEmail t-1']);
  });
});
