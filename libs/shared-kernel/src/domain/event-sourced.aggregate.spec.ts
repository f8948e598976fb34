import { expect, test } from 'vitest';
import { BaseDomainEvent } from './base-domain.event.ts';
import { EventSourcedAggregate, type HistoricalEvent } from './event-sourced.aggregate.ts';
import type { When } from './aggregate-root.ts';

class LampBought extends BaseDomainEvent<{ lampId: string }> {
  static override readonly EVENT_NAME = 'lamp.bought';
}
class LampSwitched extends BaseDomainEvent<{ on: boolean }> {
  static override readonly EVENT_NAME = 'lamp.switched';
}

interface LampState {
  lampId: string;
  on: boolean;
  switched: number;
}

class Lamp extends EventSourcedAggregate<typeof LampBought | typeof LampSwitched, LampState> {
  static override readonly AGGREGATE_TYPE = 'Lamp';
  protected override readonly beginsWith = 'lamp.bought';
  protected override state: LampState = { lampId: '', on: false, switched: 0 };
  protected override readonly when: When<typeof LampBought | typeof LampSwitched> = {
    'lamp.bought': ({ lampId }) => {
      this.state = { lampId, on: false, switched: 0 };
    },
    'lamp.switched': ({ on }) => {
      this.state = { ...this.state, on, switched: this.state.switched + 1 };
    },
  };

  get id(): string {
    return this.state.lampId;
  }

  switchOn(): void {
    this.record(new LampSwitched({ on: true }));
  }
}

const RECORDED_AT = '2026-11-03T10:15:00.412Z';
const bought = event(1, 'lamp.bought', { lampId: 'l-1' });
const switchedOn = event(2, 'lamp.switched', { on: true });
const switchedOff = event(3, 'lamp.switched', { on: false });

function event(streamVersion: number, eventName: string, payload: object): HistoricalEvent {
  return { eventName, streamVersion, recordedAt: RECORDED_AT, payload, hash: `hash-${streamVersion}` };
}

test('a history becomes the state, and the aggregate stands at its last event', () => {
  const lamp = new Lamp().replay([bought, switchedOn, switchedOff]);
  expect(lamp.snapshot).toEqual({ lampId: 'l-1', on: false, switched: 2 });
  expect(lamp.position).toEqual({ version: 3, hash: 'hash-3', recordedAt: RECORDED_AT });
});

test('live state and replayed state are one', () => {
  const live = new Lamp().replay([bought]);
  live.switchOn();
  expect(live.snapshot).toEqual(new Lamp().replay([bought, switchedOn]).snapshot);
  expect(live.streamVersion).toBe(2);
});

test('a snapshot and its tail give the state of the whole history', () => {
  const early = new Lamp().replay([bought, switchedOn]);
  const late = new Lamp().restore(early.snapshot, early.position).replay([switchedOff]);
  expect(late.snapshot).toEqual(new Lamp().replay([bought, switchedOn, switchedOff]).snapshot);
});

test('a snapshot is a copy: what happens later does not change it', () => {
  const lamp = new Lamp().replay([bought]);
  const { snapshot } = lamp;
  lamp.switchOn();
  expect(snapshot.switched).toBe(0);
});

test.for([
  { what: 'no event', history: [] },
  { what: 'a gap', history: [bought, switchedOff] },
  { what: 'a repeated version', history: [bought, switchedOn, switchedOn] },
  { what: 'another beginning', history: [event(1, 'lamp.switched', { on: true })] },
])('$what is refused', ({ history }) => {
  expect(() => new Lamp().replay(history)).toThrow(expect.objectContaining({ code: 'BROKEN_HISTORY' }));
});

test('an unknown event stops the replay', () => {
  expect(() => new Lamp().replay([bought, event(2, 'lamp.dropped', {})])).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_EVENT', eventName: 'lamp.dropped' }),
  );
});
