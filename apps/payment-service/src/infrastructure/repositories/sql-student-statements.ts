import { Database } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Page, Paging } from '../../application/interfaces/payment-list.interface.ts';
import { StudentStatements, type StudentHistoryLine } from '../../application/interfaces/student-statements.interface.ts';
import { PageCursor } from './page-cursor.ts';
import { SqlConditions } from './sql-conditions.ts';

@Injectable()
export class SqlStudentStatements extends StudentStatements {
  constructor(private readonly database: Database) {
    super();
  }

  async page(studentId: string, { limit, cursor }: Paging): Promise<Page<StudentHistoryLine>> {
    const cursors = new PageCursor(z.tuple([z.iso.datetime(), z.guid()]), ['student-history', studentId]);
    const where = new SqlConditions();
    where
      .add(studentId, (id) => `student_id = ${where.value(id)}`)
      .add(cursor, (text) => {
        const [recordedAt, eventId] = cursors.read(text);
        return `(recorded_at, event_id) < (${where.value(new Date(recordedAt))}::timestamptz, ${where.value(eventId)}::uuid)`;
      });
    const { rows } = await this.database.query<StudentHistoryLine>({
      text: `SELECT event_id AS "eventId", payment_id AS "paymentId", booking_id AS "bookingId", tutor_id AS "tutorId", kind, amount::float8,
               currency, recorded_at AS "recordedAt"
             FROM student_history ${where.where()} ORDER BY recorded_at DESC, event_id DESC LIMIT ${where.value(limit + 1)}`,
      values: where.values,
    });
    return cursors.pageOf(rows, limit, ({ recordedAt, eventId }) => [recordedAt.toISOString(), eventId]);
  }
}
