import { randomUUID } from 'node:crypto';
import { BookingCancelled, BookingRequested, BookingSettled, type EventContract } from '@edtech/contracts';
import { NO_STREAM, type Actor } from '@edtech/shared-kernel';
import type { Json } from './api.ts';
import type { DemoBus } from './demo-bus.ts';

const HOUR_MS = 3_600_000;

interface Parties {
  readonly studentId: string;
  readonly tutorId: string;
}

/** One booking as matching-service will tell of it, under one correlation id. */
export class ToldLesson {
  readonly bookingId = randomUUID();
  readonly correlationId = randomUUID();
  /** What was told, oldest first. */
  readonly told: Json[] = [];
  #position = NO_STREAM;

  constructor(
    private readonly bus: DemoBus,
    private readonly parties: Parties,
  ) {}

  async request(amount: number, paymentMethodId: string): Promise<void> {
    const startsAt = new Date(Date.now() + 20 * HOUR_MS);
    const payload = {
      ...this.parties,
      bookingId: this.bookingId,
      tutorUserId: this.parties.tutorId,
      subject: 'algebra' as const,
      kind: 'regular' as const,
      startsAt: startsAt.toISOString(),
      endsAt: new Date(startsAt.getTime() + HOUR_MS).toISOString(),
      timezone: 'Europe/Berlin',
      hourlyRate: amount,
      amount,
      currency: 'USD' as const,
      paymentMethodId,
      holdExpiresAt: new Date(Date.now() + HOUR_MS / 4).toISOString(),
    };
    await this.#tell(BookingRequested, payload);
  }

  /** The student cancels 20 hours before the start. */
  async cancelLate(): Promise<void> {
    const { bookingId } = this;
    const payload = { bookingId, cancelledBy: 'student' as const, reason: 'ill', noticeMinutes: 1_200, refundBps: 5_000 };
    await this.#tell(BookingCancelled, payload);
  }

  /** 72 hours after the end nobody has complained. */
  async settle(paymentId: string): Promise<void> {
    const { bookingId } = this;
    const payload = { bookingId, paymentId, tutorId: this.parties.tutorId };
    const cause = `timer:matching-service.settlement/${bookingId}/settle`;
    await this.#tell(BookingSettled, payload, cause, { id: 'system:settlement', type: 'system' });
  }

  /** By the student and in a request of its own, unless told otherwise. */
  async #tell<P extends object>(
    contract: EventContract<P>,
    payload: P,
    cause: string = randomUUID(),
    actor: Actor = { id: this.parties.studentId, type: 'user', role: 'student' },
  ): Promise<void> {
    const place = { aggregateId: this.bookingId, from: this.#position, correlation: this.correlationId };
    const { shown, position } = await this.bus.publish(contract, payload, { ...place, cause, actor });
    this.told.push(shown);
    this.#position = position;
  }
}
