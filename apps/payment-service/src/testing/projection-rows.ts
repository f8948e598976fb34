import { z } from 'zod';

export const earnings = z.object({
  payment_id: z.string(),
  stream_version: z.number(),
  tutor_id: z.string(),
  currency: z.enum(['USD', 'EUR', 'GBP']),
  earnings: z.number(),
  released: z.boolean(),
  payout_id: z.string().nullable(),
});
export const reversal = z.object({
  payment_id: z.string(),
  reversal_id: z.string(),
  tutor_id: z.string(),
  currency: z.string(),
  amount: z.number(),
  payout_id: z.string().nullable(),
});
export const scheduled = z.object({
  payout_id: z.string(),
  tutor_id: z.string(),
  week: z.string(),
  amount: z.number(),
  currency: z.string(),
  scheduled_at: z.string(),
});
export const news = z.object({
  payout_id: z.string(),
  stream_version: z.number(),
  status: z.enum(['scheduled', 'processing', 'paid', 'failed', 'held']),
  held_because: z.string().nullable(),
  changed_at: z.string(),
});

export type EarningsRow = z.output<typeof earnings>;
export type ReversalRow = z.output<typeof reversal>;
export type PayoutRow = z.output<typeof scheduled> & Pick<z.output<typeof news>, 'stream_version' | 'status' | 'held_because'>;
