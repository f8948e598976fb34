import type { Statements } from '@edtech/shared-kernel/testing';
import { z } from 'zod';
import type { PaymentTables } from './payment-tables.ts';
import { earnings, news, reversal, scheduled } from './projection-rows.ts';

/**
 * What the statements of two projections do to tables in memory: those by whose rows something is decided. The projections themselves are the real
 * ones. The single movements of `tutor_earnings` are for reports and are left out.
 */
export function statementsOver(tables: PaymentTables): Readonly<Record<string, Statements>> {
  return {
    'payment-service.tutor_earnings': {
      'tutor-payments-read': ([ids]) => {
        const asked = new Set(z.array(z.string()).parse(ids));
        return tables.earnings.seenRows().filter(({ payment_id: id }) => asked.has(id));
      },
      'tutor-earnings': () => undefined,
      'tutor-payments': (values) => {
        for (const row of unnested(earnings, values)) tables.earnings.set(row.payment_id, row);
      },
      'tutor-reversals': (values) => {
        for (const row of unnested(reversal, values)) tables.reversals.set(`${row.payment_id} ${row.reversal_id}`, row);
      },
    },
    'payment-service.payout_list': {
      'payout-list': (values) => {
        for (const row of unnested(scheduled, values))
          if (tables.payouts.seen(row.payout_id) === undefined)
            tables.payouts.set(row.payout_id, { ...row, stream_version: 1, status: 'scheduled', held_because: null });
      },
      'payout-list-status': (values) => {
        for (const { payout_id: id, stream_version, status, held_because } of unnested(news, values)) {
          const listed = tables.payouts.seen(id);
          if (listed !== undefined && listed.stream_version < stream_version)
            tables.payouts.set(id, { ...listed, stream_version, status, held_because });
        }
      },
    },
  };
}

/** `unnest($1, $2, …)` with the columns in the order of the schema. */
function unnested<S extends z.ZodObject>(schema: S, values: readonly unknown[]): z.output<S>[] {
  const columns = z.array(z.array(z.unknown())).parse(values);
  const names = Object.keys(schema.shape);
  return (columns[0] ?? []).map((_, at) =>
    schema.parse(Object.fromEntries(names.map((name, column) => [name, columns[column]?.[at]]))),
  );
}
