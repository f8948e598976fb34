import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { issueRefundIdOf, paymentIdOf } from './derived-ids.ts';

test('every booking has a payment of its own, and it is the same one every time', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (one, other) => {
      expect(paymentIdOf(one)).toBe(paymentIdOf(one.toUpperCase()));
      expect(paymentIdOf(one) === paymentIdOf(other)).toBe(one === other);
      expect(new Set([one, paymentIdOf(one), issueRefundIdOf(one)]).size).toBe(3);
    }),
  );
});

test('what is derived from a UUID is one of the same version', () => {
  fc.assert(
    fc.property(fc.uuid({ version: 4 }), (id) => {
      for (const derived of [paymentIdOf(id), issueRefundIdOf(id)]) {
        expect(z.uuidv4().safeParse(derived).success).toBe(true);
        expect(derived.charAt(19)).toBe(id.charAt(19));
      }
    }),
  );
});
