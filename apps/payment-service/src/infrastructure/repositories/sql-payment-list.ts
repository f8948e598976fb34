import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  PaymentList,
  type Page,
  type Paging,
  type PaymentFilter,
  type PaymentRow,
} from '../../application/interfaces/payment-list.interface.ts';
import { PageCursor } from './page-cursor.ts';
import { SqlConditions } from './sql-conditions.ts';

const COLUMNS = `payment_id AS "paymentId", stream_version AS "streamVersion", booking_id AS "bookingId", student_id AS "studentId",
  tutor_id AS "tutorId", currency, amount::float8, platform_fee::float8 AS "platformFee", tutor_earnings::float8 AS "tutorEarnings", status,
  settlement, dispute, refunded::float8, charged_back::float8 AS "chargedBack", open_refunds AS "openRefunds", is_open AS "isOpen",
  created_at AS "createdAt", changed_at AS "changedAt"`;

@Injectable()
export class SqlPaymentList extends PaymentList {
  constructor(private readonly database: Database) {
    super();
  }

  async page(filter: PaymentFilter, { limit, cursor }: Paging): Promise<Page<PaymentRow>> {
    const { party, bookingId, student, tutor, status, from, to } = filter;
    const cursors = new PageCursor(z.tuple([z.iso.datetime(), z.guid()]), [
      'payments',
      ...[party, bookingId, student, tutor, status, from, to].map((value) => value ?? null),
    ]);
    const where = new SqlConditions();
    where
      .add(bookingId, (id) => `booking_id = ${where.value(id)}`)
      .add(student, (id) => `student_id = ${where.value(id)}`)
      .add(tutor, (id) => `tutor_id = ${where.value(id)}`)
      .add(status, (name) => `status = ${where.value(name)}`)
      .add(from, (at) => `created_at >= ${where.value(at)}::timestamptz`)
      .add(to, (at) => `created_at < ${where.value(at)}::timestamptz`)
      .add(cursor, (text) => {
        const [createdAt, paymentId] = cursors.read(text);
        return `(created_at, payment_id) < (${where.value(new Date(createdAt))}::timestamptz, ${where.value(paymentId)}::text)`;
      });
    const take = where.value(limit + 1);
    const newest = (...more: readonly string[]): string =>
      `SELECT ${COLUMNS} FROM payment_view ${where.where(...more)} ORDER BY created_at DESC, payment_id DESC LIMIT ${take}`;
    const { rows } = await this.database.query<PaymentRow>({
      text: party === undefined ? newest() : ofEitherSide(newest, where.value(party), take),
      values: where.values,
    });
    return cursors.pageOf(rows, limit, ({ createdAt, paymentId }) => [createdAt.toISOString(), paymentId]);
  }
}

/** Each side by its own index: an OR would read all payments of both. */
function ofEitherSide(newest: (...more: readonly string[]) => string, party: string, take: string): string {
  const paying = newest(`student_id = ${party}`);
  const paid = newest(`tutor_id = ${party}`, `student_id <> ${party}`);
  return `(${paying}) UNION ALL (${paid}) ORDER BY "createdAt" DESC, "paymentId" DESC LIMIT ${take}`;
}
