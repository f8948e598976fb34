import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from './fifo.ts';

test('a Fifo is an array that is pushed at the end and shifted at the front, through every time it makes room', () => {
  const step = fc.oneof(
    fc.record({ push: fc.integer({ min: 1, max: 150 }), shift: fc.constant(0) }),
    fc.record({ push: fc.constant(0), shift: fc.integer({ min: 1, max: 150 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat({ max: 200 }), (steps, index) => {
      const fifo = new Fifo<number>();
      let model: number[] = [];
      let next = 0;
      for (const { push, shift } of steps) {
        for (let n = 0; n < push; n++) {
          model.push(next);
          fifo.push(next++);
        }
        for (let n = Math.min(shift, model.length); n > 0; n--) {
          model = model.slice(1);
          fifo.shift();
          expect([fifo.length, fifo.at(0)]).toEqual([model.length, model[0]]);
        }
        expect([fifo.length, fifo.at(0), fifo.at(index)]).toEqual([model.length, model[0], model[index]]);
      }
    }),
    { numRuns: 100 },
  );
});
