import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventContracts } from '../../application/event-contract.ts';
import { LampLit } from '../../../test/test-contracts.ts';
import { streamKey } from './event-delivery.ts';

const anyText = fc.string({ unit: fc.constantFrom('a', 'b', '/', ' ', '%', 'é'), maxLength: 6 });
const allowedType = anyText.filter((aggregateType) => {
  try {
    return [...new EventContracts([{ ...LampLit, aggregateType }])].length === 1;
  } catch {
    return false;
  }
});

test('A10 the key of a stream gives back type and id, whatever the id holds: two streams never share one', () => {
  fc.assert(
    fc.property(allowedType, anyText, (aggregateType, aggregateId) => {
      const [, type, id] = /^([^/]*)\/(.*)$/.exec(streamKey({ aggregateType, aggregateId })) ?? [];
      expect({ aggregateType: type, aggregateId: id }).toEqual({ aggregateType, aggregateId });
    }),
    { numRuns: 1_000 },
  );
});
