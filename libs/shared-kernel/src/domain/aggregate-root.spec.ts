import { describe, expect, test } from 'vitest';
import { AggregateRoot, type When } from './aggregate-root.ts';
import { BaseDomainEvent } from './base-domain.event.ts';

class LampBought extends BaseDomainEvent<{ lampId: string }> {
  static override readonly EVENT_NAME = 'lamp.bought';
}
class LampLit extends BaseDomainEvent<{ lumen: number }> {
  static override readonly EVENT_NAME = 'lamp.lit';
}

class Lamp extends AggregateRoot<typeof LampBought | typeof LampLit> {
  static override readonly AGGREGATE_TYPE = 'Lamp';
  id = '';
  lumen = 0;

  protected readonly when: When<typeof LampBought | typeof LampLit> = {
    'lamp.bought': ({ lampId }) => {
      this.id = lampId;
    },
    'lamp.lit': ({ lumen }) => {
      this.lumen = lumen;
    },
  };

  static buy(lampId: string): Lamp {
    const lamp = new Lamp();
    lamp.record(new LampBought({ lampId }));
    return lamp;
  }
  light(lumen: number): void {
    this.record(new LampLit({ lumen }));
  }
  replay(name: string, payload: object): void {
    this.fold(name, payload);
  }
}

describe('aggregate root', () => {
  test('recording an event changes the state through `when` and keeps the event', () => {
    const lamp = Lamp.buy('l-1');
    lamp.light(800);
    expect([lamp.id, lamp.lumen, lamp.streamVersion]).toEqual(['l-1', 800, 2]);
    expect(lamp.getUncommittedEvents().map((event) => event.eventName)).toEqual(['lamp.bought', 'lamp.lit']);
  });

  test('an event unknown to the aggregate stops the load', () => {
    const lamp = Lamp.buy('l-1');
    lamp.replay('lamp.lit', { lumen: 5 });
    expect(lamp.lumen).toBe(5);
    expect(() => lamp.replay('lamp.broken', {})).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
    expect(() => lamp.replay('constructor', {})).toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
  });

  test('metadata is not there before the event is recorded', () => {
    expect(() => new LampLit({ lumen: 1 }).eventId).toThrow(expect.objectContaining({ code: 'EVENT_NOT_RECORDED' }));
  });

  test('G7 commit() is refused: it would lose the events', () => {
    const lamp = Lamp.buy('l-1');
    expect(() => lamp.commit()).toThrow(/repository\.save/);
    expect(lamp.getUncommittedEvents()).toHaveLength(1);
  });
});
