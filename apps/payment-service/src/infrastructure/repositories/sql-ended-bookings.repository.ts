import { Injectable } from '@nestjs/common';
import { EndedBookings, type EndedBooking } from '../../application/interfaces/ended-bookings.ts';
import { SideDatabase } from '../database/side-database.ts';

@Injectable()
export class SqlEndedBookings extends EndedBookings {
  constructor(private readonly database: SideDatabase) {
    super();
  }

  override async add({ bookingId, reason, refundBps }: EndedBooking): Promise<void> {
    await this.database.query({
      name: 'ended-booking-add',
      text: 'INSERT INTO ended_bookings (booking_id, reason, refund_bps) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      values: [bookingId, reason, refundBps],
    });
  }

  override async find(bookingId: string): Promise<EndedBooking | undefined> {
    const { rows } = await this.database.query<{ reason: string; refund_bps: number }>({
      name: 'ended-booking-find',
      text: 'SELECT reason, refund_bps FROM ended_bookings WHERE booking_id = $1',
      values: [bookingId],
    });
    const [row] = rows;
    return row === undefined ? undefined : { bookingId, reason: row.reason, refundBps: row.refund_bps };
  }
}
