import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Page, Paging } from '../../application/interfaces/payment-list.interface.ts';
import { RefundQueue, type QueuedRefund } from '../../application/interfaces/refund-queue.interface.ts';
import { PageCursor } from './page-cursor.ts';
import { SqlConditions } from './sql-conditions.ts';

@Injectable()
export class SqlRefundQueue extends RefundQueue {
  constructor(private readonly database: Database) {
    super();
  }

  async page({ limit, cursor }: Paging): Promise<Page<QueuedRefund>> {
    const cursors = new PageCursor(z.tuple([z.iso.datetime(), z.guid(), z.guid()]), ['refund-queue']);
    const where = new SqlConditions();
    where.add(cursor, (text) => {
      const [changedAt, paymentId, refundId] = cursors.read(text);
      const place = `${where.value(new Date(changedAt))}::timestamptz, ${where.value(paymentId)}::text, ${where.value(refundId)}::text`;
      return `(changed_at, payment_id, refund_id) > (${place})`;
    });
    const { rows } = await this.database.query<QueuedRefund>({
      text: `SELECT payment_id AS "paymentId", refund_id AS "refundId", amount::float8, currency, reason, source,
               requested_by AS "requestedBy", status, failure, requested_at AS "requestedAt", changed_at AS "changedAt"
             FROM refund_queue ${where.where('waits')} ORDER BY changed_at, payment_id, refund_id LIMIT ${where.value(limit + 1)}`,
      values: where.values,
    });
    return cursors.pageOf(rows, limit, ({ changedAt, paymentId, refundId }) => [changedAt.toISOString(), paymentId, refundId]);
  }
}
