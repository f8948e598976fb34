import { strictBody } from '@edtech/shared-kernel';
import { z } from 'zod';

const currency = z.enum(['USD', 'EUR', 'GBP']);
/** Ten million of major units: what is summed up in tables stays far from their limits. */
const MOST = 1_000_000_000;
const amount = z.int().min(1).max(MOST).meta({ description: 'Minor units' });
const paymentMethodId = z.string().min(1).max(255);

export const PaymentId = z.guid();

export const CreatePayment = strictBody({
  bookingId: z.guid(),
  studentId: z.guid(),
  tutorId: z.guid(),
  kind: z.enum(['regular', 'trial']),
  amount,
  currency,
  paymentMethodId,
}).meta({ id: 'CreatePayment' });

/** Without a method: the student has confirmed the one that was used before. */
export const ConfirmPayment = strictBody({ paymentMethodId: paymentMethodId.optional() })
  .optional()
  .meta({ id: 'ConfirmPayment' });

/** For commands without a body; some clients send an empty object. */
export const Nothing = strictBody({}).optional();

export const RequestRefund = strictBody({
  amount: amount.optional(),
  reason: z.string().trim().min(1).max(900),
}).meta({ id: 'RequestRefund' });
