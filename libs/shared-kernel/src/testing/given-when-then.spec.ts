import { expect, test } from 'vitest';
import { AggregateRoot, type When } from '../domain/aggregate-root.ts';
import { BaseDomainEvent } from '../domain/base-domain.event.ts';
import { DomainError } from '../domain/domain.error.ts';
import { given } from './given-when-then.ts';

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
