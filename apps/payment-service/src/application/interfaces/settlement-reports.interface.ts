/** What moved on one day (UTC) in one currency, in minor units. */
export interface SettlementOfDay {
  readonly day: string;
  readonly currency: string;
  readonly captured: number;
  readonly refunded: number;
  /** What banks hold or have taken. */
  readonly disputed: number;
  /** To tutors. */
  readonly released: number;
  readonly fees: number;
  readonly paidOut: number;
}

export abstract class SettlementReports {
  /** One per currency in which money moved. */
  abstract ofDay(day: string): Promise<readonly SettlementOfDay[]>;
}
