import { expect, test } from 'vitest';
import { AggregateRoot, type When } from '../domain/aggregate-root.ts';
import { BaseDomainEvent } from '../domain/base-domain.event.ts';
import { DomainError } from '../domain/domain.error.ts';
import { EventSourcedAggregate, type HistoricalEvent } from '../domain/event-sourced.aggregate.ts';
import { given, givenNoStream } from './given-when-then.ts';
import { historyOf } from './history-of.ts';

class DoorOpened extends BaseDomainEvent<{ by: string }> {
  static override readonly EVENT_NAME = 'door.opened';
}
class DoorStuck extends DomainError {
  readonly code = 'DOOR_STUCK';
}

class Door extends AggregateRoot<typeof DoorOpened> {
  readonly id = 'd-1';
  opened = 0;
  protected readonly when: When<typeof DoorOpened> = { 'door.opened': () => void this.opened++ };

  static replay(history: readonly BaseDomainEvent[]): Door {
    const door = new Door();
    for (const { eventName, payload } of history) door.fold(eventName, payload);
    return door;
  }
  open(by: string): void {
    if (this.opened === 2) throw new DoorStuck('it was opened too often');
    this.record(new DoorOpened({ by }));
  }
  openAndBreak(): void {
    this.open('ada');
    throw new DoorStuck('it broke');
  }
}

const NOT_MET = expect.objectContaining({ code: 'ERR_ASSERTION' });
const opened = new DoorOpened({ by: 'ada' });
const open = (door: Door): void => door.open('ada');

test('events and payloads must be exactly the expected ones', () => {
  given(Door, [opened]).when(open).then([opened]);
  for (const expected of [[], [opened, opened], [new DoorOpened({ by: 'eve' })], DoorStuck]) {
    expect(() => given(Door, [opened]).when(open).then(expected)).toThrow(NOT_MET);
  }
});

test('a factory is judged by what it made', () => {
  const make = (): Door => {
    const door = Door.replay([]);
    door.open('ada');
    return door;
  };
  given(Door, []).when(make).then([opened]);
  expect(() => given(Door, []).when(make).then([])).toThrow(NOT_MET);
});

test('a refusal must be of its class and record nothing', () => {
  given(Door, [opened, opened]).when(open).then(DoorStuck);
  expect(() => given(Door, [opened, opened]).when(open).then([])).toThrow(DoorStuck);
  expect(() => given(Door, [opened, opened]).when(open).then(TypeError)).toThrow(/expected TypeError/);
  expect(() =>
    given(Door, [])
      .when((door) => door.openAndBreak())
      .then(DoorStuck),
  ).toThrow(/must record nothing/);
});

class LampBought extends BaseDomainEvent<{ lampId: string }> {
  static override readonly EVENT_NAME = 'lamp.bought';
}
class LampSwitched extends BaseDomainEvent<{ on: boolean }> {
  static override readonly EVENT_NAME = 'lamp.switched';
}
type LampEvents = typeof LampBought | typeof LampSwitched;

class Lamp extends EventSourcedAggregate<LampEvents, { id: string; on: boolean }> {
  protected override readonly beginsWith = 'lamp.bought';
  protected override state = { id: '', on: false };
  protected override readonly when: When<LampEvents> = {
    'lamp.bought': ({ lampId }) => void (this.state = { id: lampId, on: false }),
    'lamp.switched': ({ on }) => void (this.state = { ...this.state, on }),
  };

  static buy(lampId: string): Lamp | undefined {
    if (lampId === 'sold out') return undefined;
    if (lampId === '') throw new DoorStuck('a lamp needs an id');
    const lamp = new Lamp();
    lamp.record(new LampBought({ lampId }));
    return lamp;
  }
  static fromHistory(events: Iterable<HistoricalEvent>): Lamp {
    return new Lamp().replay(events);
  }
  get id(): string {
    return this.state.id;
  }
  switchOn(): void {
    this.record(new LampSwitched({ on: true }));
  }
  switchOnPastTheEvents(): void {
    this.switchOn();
    this.state = { ...this.state, id: 'another' };
  }
}
const bought = new LampBought({ lampId: 'l-1' });
const switchedOn = new LampSwitched({ on: true });

test('an event-sourced aggregate is rebuilt from its history, and its live state must be the replayed one', () => {
  given(Lamp, [bought])
    .when((lamp) => lamp.switchOn())
    .then([switchedOn]);
  expect(() =>
    given(Lamp, [bought])
      .when((lamp) => lamp.switchOnPastTheEvents())
      .then([switchedOn]),
  ).toThrow(/live state must be the replayed one/);
});

test('a stream that begins is judged by what was made, by its refusal, or by its absence', () => {
  givenNoStream()
    .when(() => Lamp.buy('l-1'))
    .then([bought]);
  givenNoStream()
    .when(() => Lamp.buy('sold out'))
    .then([]);
  givenNoStream()
    .when(() => Lamp.buy(''))
    .then(DoorStuck);
  const buy = givenNoStream().when(() => Lamp.buy('l-1'));
  for (const expected of [[], [switchedOn], DoorStuck]) expect(() => buy.then(expected)).toThrow(NOT_MET);
  expect(() =>
    givenNoStream()
      .when(() => Lamp.buy('sold out'))
      .then([bought]),
  ).toThrow(NOT_MET);
});

test('a history is dense, also after a snapshot, and free of what JSON does not keep', () => {
  const late = historyOf([{ eventName: 'lamp.bought', payload: { lampId: 'l-2', soldBy: undefined } }], { after: 7 });
  expect(late).toStrictEqual([
    {
      eventName: 'lamp.bought',
      streamVersion: 8,
      recordedAt: '2026-01-05T09:00:08.000Z',
      payload: { lampId: 'l-2' },
      hash: 'hash-8',
    },
  ]);
});
