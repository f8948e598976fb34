import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SagaDefinition } from '../../application/saga.ts';
import { interpret, planCompensations, type SagaInstance } from './interpret.ts';

class Ring {
  static readonly COMMAND_NAME = 'lamp.ring';
}

const NOW = new Date('2026-01-01T00:00:00Z');

/** Answers each timer with `sends` commands. */
function saga(name: string, sends: number): SagaDefinition {
  const commands = Array.from({ length: sends }, () => new Ring());
  return {
    name,
    transitions: [],
    timers: [{ timer: 'again', decide: () => ({ commands }) }],
    commands: [Ring],
    onFailure: 'park',
  };
}

function idsOf(name: string, key: string, step: number, sends: number): string[] {
  const instance: SagaInstance = { saga: name, key, status: 'running', state: '{}', step };
  const effects = interpret(saga(name, sends), instance, { kind: 'timer', name: 'again', dueAt: NOW.toISOString() }, NOW, 1);
  return effects?.commands.map(({ id }) => id) ?? [];
}

const part = fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '[', ' ', '\ud800'), maxLength: 4 });
const step = fc.nat({ max: 12 });

describe('A10 the id of a saga’s command', () => {
  test('is another one for every saga, key and step, and the same whenever that step is decided again', () => {
    fc.assert(
      fc.property(part, part, step, part, part, step, (name, key, at, otherName, otherKey, otherAt) => {
        const [one] = idsOf(name, key, at, 1);
        const [other] = idsOf(otherName, otherKey, otherAt, 1);
        expect(one).toMatch(/^[0-9a-f-]{36}$/);
        expect(idsOf(name, key, at, 1)).toEqual([one]);
        expect(one === other).toBe(name === otherName && key === otherKey && at === otherAt);
      }),
      { numRuns: 1_000 },
    );
  });

  test('never comes twice in the life of an instance, its compensations included', () => {
    fc.assert(
      fc.property(part, fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 6 }), (key, decisions) => {
        let at = 0;
        const ids = decisions.flatMap((sends) => {
          const sent = idsOf('s', key, at, sends);
          at += sends;
          return sent;
        });
        const done = ids.map((_, index) => ({ step: index + 1, compensation: { name: Ring.COMMAND_NAME, payload: '{}' } }));
        const undoing = planCompensations({ saga: 's', key, status: 'running', state: '{}', step: at }, done);
        expect(undoing.map(({ compensates }) => compensates)).toEqual(done.map((one) => one.step).toReversed());
        expect(new Set([...ids, ...undoing.map(({ id }) => id)]).size).toBe(2 * ids.length);
      }),
      { numRuns: 200 },
    );
  });
});
