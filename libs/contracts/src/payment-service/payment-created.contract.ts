import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { basisPoints, currency, id, minorUnits, price } from '../schemas.ts';

const v1 = z.strictObject({ paymentId: id, amount: price, studentId: id, tutorId: id });
const v2 = v1.extend({
  bookingId: id.nullable(),
  currency,
  commissionBps: basisPoints,
  platformFee: minorUnits,
  tutorEarnings: minorUnits,
});

/** Every payment of the time of version 1 was in this currency, with this commission, and named no booking. */
const OF_VERSION_1 = { bookingId: null, currency: 'USD', commissionBps: 2_000 } as const;

export const PaymentCreated = defineEvent({
  name: 'payment.created',
  producer: 'payment-service',
  aggregateType: 'Payment',
  versions: { 1: v1, 2: v2 },
  upcast: {
    1: (payload) => {
      const platformFee = roundedHalfUp(payload.amount, OF_VERSION_1.commissionBps);
      return { ...payload, ...OF_VERSION_1, platformFee, tutorEarnings: payload.amount - platformFee };
    },
  },
  about: (payload) => payload.studentId,
  personal: [],
});
export type PaymentCreated = PayloadOf<typeof PaymentCreated>;

/** In whole numbers: a product beyond 2^53 would be rounded twice. */
function roundedHalfUp(amount: number, bps: number): number {
  return Number((BigInt(amount) * BigInt(bps) + 5_000n) / 10_000n);
}
