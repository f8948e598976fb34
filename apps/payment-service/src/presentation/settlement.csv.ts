import type { SettlementOfDay } from '../application/interfaces/settlement-reports.interface.ts';

const HEAD = 'date,currency,captured,refunded,disputed,released,fees,paid_out';

/** One line per currency, amounts in minor units, lines ended as RFC 4180 asks. */
export function settlementCsv(report: readonly SettlementOfDay[]): string {
  const lines = report.map(({ day, currency, captured, refunded, disputed, released, fees, paidOut }) =>
    [day, currency, captured, refunded, disputed, released, fees, paidOut].join(','),
  );
  return [HEAD, ...lines].map((line) => `${line}\r\n`).join('');
}
