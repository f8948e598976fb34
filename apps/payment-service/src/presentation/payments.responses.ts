import { z } from 'zod';
import type { RefundView } from '../application/use-cases/request-refund.usecase.ts';
import type { ChargeView } from '../application/views/charge.view.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
export const Charge = z
  .object({
    paymentId: z.guid(),
    status: z.enum(['pending', 'authorized', 'completed', 'partially_refunded', 'refunded', 'failed', 'cancelled']),
    clientAction: z.object({ type: z.literal('confirm'), url: z.url() }).exactOptional(),
  })
  .meta({ id: 'Charge' }) satisfies z.ZodType<ChargeView>;

export const Refund = z
  .object({ refundId: z.guid(), needsApproval: z.boolean() })
  .meta({ id: 'RequestedRefund' }) satisfies z.ZodType<RefundView>;
