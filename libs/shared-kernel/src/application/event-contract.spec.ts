import { expect, test } from 'vitest';
import { LampLit } from '../../test/test-contracts.ts';
import { EventContracts } from './event-contract.ts';

test('an aggregate type with a slash is refused: Lamp/a with the id b would have the key of Lamp with the id a/b', () => {
  expect(new EventContracts([LampLit]).get('lamp.lit').aggregateType).toBe('Lamp');
  expect(() => new EventContracts([{ ...LampLit, aggregateType: 'Lamp/a' }])).toThrow('holds a slash');
});
