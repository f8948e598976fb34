import { z } from 'zod';
import type { Earnings as TutorEarnings } from '../application/interfaces/tutor-earnings.interface.ts';
import type { PayoutPage } from '../application/interfaces/payout-list.interface.ts';
import type { PayoutView } from '../application/use-cases/get-payout.usecase.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
const payout = {
  payoutId: z.guid(),
  tutorId: z.guid(),
  week: z.string(),
  amount: z.int().meta({ description: 'Minor units' }),
  currency: z.enum(['USD', 'EUR', 'GBP']),
  status: z.enum(['scheduled', 'processing', 'paid', 'failed', 'held']),
};
const moment = z.object({ streamVersion: z.int(), eventName: z.string(), recordedAt: z.iso.datetime() });

export const Earnings = z
  .array(z.object({ currency: payout.currency, held: z.int(), available: z.int(), paid: z.int() }))
  .meta({ id: 'TutorEarnings' }) satisfies z.ZodType<readonly TutorEarnings[]>;

export const Payouts = z
  .object({
    items: z.array(z.object({ ...payout, heldBecause: z.string().nullable(), scheduledAt: z.iso.datetime() })),
    next: z.string().nullable(),
  })
  .meta({ id: 'Payouts' }) satisfies z.ZodType<PayoutPage>;

export const Payout = z
  .object({ ...payout, paymentIds: z.array(z.guid()), transfers: z.array(z.string()), history: z.array(moment) })
  .meta({ id: 'Payout' }) satisfies z.ZodType<PayoutView>;
