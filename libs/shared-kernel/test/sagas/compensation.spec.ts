import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hours, minutes } from '../../src/application/durations.ts';
import { DomainError } from '../../src/domain/domain.error.ts';
import { recordedEvent } from '../../src/testing/recorded-event.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_EFFECTS, ManualClock, SagaReplica } from './saga-replica.fixture.ts';
import {
  BookingRequested,
  BookingWithdrawn,
  ChargeCommand,
  NotifyTutorCommand,
  RefundCommand,
  ReserveSlotCommand,
} from './sagas.fixture.ts';

const SAGA = 'test.booking';
const DONE = ['ReserveSlot b-1', 'Charge b-1', 'NotifyTutor b-1'];
const UNDONE = ['Refund b-1', 'ReleaseSlot b-1'];
const requested = () => recordedEvent(BookingRequested, { bookingId: 'b-1' });
const withdrawn = () => recordedEvent(BookingWithdrawn, { bookingId: 'b-1' });

class CardDeclined extends DomainError {
  readonly code = 'CARD_DECLINED';
}

let db: KernelDatabase;
let clock: ManualClock;
let replica: SagaReplica;

beforeEach(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_EFFECTS });
  clock = new ManualClock();
  replica = new SagaReplica(db.url, clock);
});
afterEach(async () => {
  await replica.close();
  await db.close();
});

async function settle(): Promise<string[]> {
  await replica.runtime.fireDue();
  await replica.runtime.dispatchDue();
  return replica.effects();
}
async function steps(): Promise<string[]> {
  const view = await replica.sagas.show(SAGA, 'b-1');
  return view.steps.map(({ step, command, status, compensates }) =>
    [step, command.replace('test.', ''), status, ...(compensates === null ? [] : [`undoes ${compensates}`])].join(' '),
  );
}
function failing(type: abstract new (...args: never[]) => object, error: () => Error): void {
  replica.before = (command) => {
    if (command instanceof type) throw error();
  };
}

describe('a saga that compensates', () => {
  test('undoes what was done in reverse order, and records it', async () => {
    await replica.deliver(requested());
    expect(await settle()).toEqual(DONE);
    await replica.deliver(withdrawn());
    expect((await replica.sagas.show(SAGA, 'b-1')).status).toBe('compensating');
    expect(await settle()).toEqual([...DONE, ...UNDONE]);
    expect(await steps()).toEqual([
      '1 reserve-slot compensated',
      '2 charge compensated',
      '3 notify-tutor done',
      '4 refund done undoes 2',
      '5 release-slot done undoes 1',
    ]);
    expect(await replica.sagas.show(SAGA, 'b-1')).toMatchObject({ status: 'compensated', timers: [] });
  });

  test('does so from a timer too', async () => {
    await replica.deliver(requested());
    await settle();
    clock.advance(hours(1));
    expect(await settle()).toEqual([...DONE, ...UNDONE]);
  });

  test('drops the steps that still wait', async () => {
    await replica.deliver(requested());
    await replica.deliver(withdrawn());
    expect(await settle()).toEqual([]);
    expect(await steps()).toEqual(['1 reserve-slot cancelled', '2 charge cancelled', '3 notify-tutor cancelled']);
    expect((await replica.sagas.show(SAGA, 'b-1')).status).toBe('compensated');
  });

  test('compensates a permanent refusal once, after any number of redeliveries and attempts', async () => {
    failing(NotifyTutorCommand, () => new CardDeclined('declined'));
    const event = requested();
    for (let delivery = 1; delivery <= 4; delivery++) {
      await replica.deliver(event);
      await settle();
      clock.advance(minutes(10));
    }
    await replica.deliver(withdrawn());
    expect(await settle()).toEqual(['ReserveSlot b-1', 'Charge b-1', ...UNDONE]);
    expect(await steps()).toEqual([
      '1 reserve-slot compensated',
      '2 charge compensated',
      '3 notify-tutor failed',
      '4 refund done undoes 2',
      '5 release-slot done undoes 1',
    ]);
  });

  test('does not undo the step that was refused, nor send the ones after it', async () => {
    failing(ChargeCommand, () => new CardDeclined('declined'));
    await replica.deliver(requested());
    expect(await settle()).toEqual(['ReserveSlot b-1', 'ReleaseSlot b-1']);
    expect(await steps()).toEqual([
      '1 reserve-slot compensated',
      '2 charge failed',
      '3 notify-tutor cancelled',
      '4 release-slot done undoes 1',
    ]);
  });

  test('waits for a step that is under way, and undoes it', async () => {
    const other = new SagaReplica(db.url, clock);
    let compensating: Promise<unknown> = Promise.resolve();
    let waited = false;
    replica.after = async (command) => {
      if (!(command instanceof ReserveSlotCommand)) return;
      compensating = other.deliver(withdrawn());
      waited = await waitsForLock();
    };
    await replica.deliver(requested());
    await replica.runtime.dispatchDue();
    await compensating;
    await other.close();
    expect(waited).toBe(true);
    expect(await settle()).toEqual(['ReserveSlot b-1', 'ReleaseSlot b-1']);
    expect((await replica.sagas.show(SAGA, 'b-1')).status).toBe('compensated');
  });

  test('G19 shows an operator why a step was given up without the address that the mail server repeated', async () => {
    await replica.deliver(requested());
    failing(ChargeCommand, () => new Error('550 no mailbox <canary@example.org>'));
    for (let attempt = 0; attempt < 5; attempt++, clock.advance(hours(1))) await replica.runtime.dispatchDue();
    const { steps: taken } = await replica.sagas.show(SAGA, 'b-1');
    expect(taken.find(({ command }) => command.endsWith('charge'))?.error).toBe('Error: 550 no mailbox <[redacted]>');
  });

  test('keeps the order of compensations when one is parked, and goes on when an operator retries it', async () => {
    await replica.deliver(requested());
    await settle();
    failing(RefundCommand, () => new CardDeclined('no refund'));
    await replica.deliver(withdrawn());
    expect(await settle()).toEqual(DONE);
    expect(await replica.sagas.list({ status: 'stuck' })).toHaveLength(1);
    replica.before = () => undefined;
    expect(await replica.sagas.retry(SAGA, 'b-1')).toBe(1);
    expect(await settle()).toEqual([...DONE, ...UNDONE]);
    expect((await replica.sagas.show(SAGA, 'b-1')).status).toBe('compensated');
  });
});

async function waitsForLock(): Promise<boolean> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const { rowCount } = await db.database.query({
      text: `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    });
    if (rowCount === 1) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
