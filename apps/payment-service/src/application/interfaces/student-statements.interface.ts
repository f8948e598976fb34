import type { Page, Paging } from './payment-list.interface.ts';

export type StudentHistoryKind = 'paid' | 'refunded' | 'charged_back';

/** One movement of a student's money, in minor units; `paid` goes to the platform, the others come back. */
export interface StudentHistoryLine {
  readonly eventId: string;
  readonly paymentId: string;
  readonly bookingId: string | null;
  readonly tutorId: string;
  readonly kind: StudentHistoryKind;
  readonly amount: number;
  readonly currency: string;
  readonly recordedAt: Date;
}

export abstract class StudentStatements {
  /** Newest first. Throws InvalidCursor. */
  abstract page(studentId: string, paging: Paging): Promise<Page<StudentHistoryLine>>;
}
