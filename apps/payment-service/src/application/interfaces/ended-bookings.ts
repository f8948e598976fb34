export interface EndedBooking {
  readonly bookingId: string;
  readonly reason: string;
  /** Share of the price that goes back. */
  readonly refundBps: number;
}

/** Bookings that take place no more. What is written stays, whatever becomes of a transaction around the call. */
export abstract class EndedBookings {
  /** The first end of a booking counts. Safe to repeat. */
  abstract add(ended: EndedBooking): Promise<void>;
  abstract find(bookingId: string): Promise<EndedBooking | undefined>;
}
