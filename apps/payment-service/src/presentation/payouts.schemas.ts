import { strictBody } from '@edtech/shared-kernel';
import { z } from 'zod';

export const PayoutId = z.guid();

export const PayoutsQuery = z.strictObject({
  tutor: z.guid().optional(),
  status: z.enum(['scheduled', 'processing', 'paid', 'failed', 'held']).optional(),
  cursor: z.string().max(300).optional(),
});

/** `asOf`: when the store had learned of it, inclusive. */
export const EarningsQuery = z.strictObject({
  asOf: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});

export const Reason = strictBody({ reason: z.string().trim().min(1).max(1000) }).meta({ id: 'PayoutReason' });
