import { z } from 'zod';

const MOST_PER_PAGE = 100;

export const Id = z.guid();

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const version = z.coerce.number().int().min(1).max(1_000_000_000);

const paging = {
  limit: z.coerce.number().int().min(1).max(MOST_PER_PAGE).default(20),
  cursor: z.string().max(300).optional(),
};

/** `asOf`: when the store had learned of it, inclusive; `version`: after so many events. */
export const PointQuery = z
  .strictObject({ asOf: instant.optional(), version: version.optional() })
  .refine(({ asOf, version: wanted }) => asOf === undefined || wanted === undefined, {
    path: ['asOf'],
    message: 'a version already says which state is meant',
  });

export const DiffQuery = z.strictObject({ from: version, to: version });

export const PaymentsQuery = z.strictObject({
  ...paging,
  bookingId: Id.optional(),
  student: Id.optional(),
  tutor: Id.optional(),
  status: z.enum(['pending', 'authorized', 'completed', 'partially_refunded', 'refunded', 'failed', 'cancelled']).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

export const PageQuery = z.strictObject(paging);

const account = z.enum(['provider_cash', 'escrow', 'tutor_payable', 'platform_revenue', 'dispute_reserve']).optional();

export const BalancesQuery = z.strictObject({ account, asOf: instant.optional() });

export const EntriesQuery = z.strictObject({ ...paging, account, from: instant.optional(), to: instant.optional() });

/** There is no year 0 in the database. */
export const ReportQuery = z.strictObject({ date: z.iso.date().refine((day) => day >= '0001', 'must be a day of our era') });
