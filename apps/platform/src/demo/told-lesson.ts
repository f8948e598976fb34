import { randomUUID } from 'node:crypto';
import { BookingCancelled, BookingRequested, BookingSettled } from '@edtech/contracts';
import type { Json } from './api.ts';
import type { DemoBus, Recorded } from './demo-bus.ts';

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
    this.told.push(await this.bus.publish(BookingRequested, payload, this.#byStudent()));
  }

  /** The student cancels 20 hours before the start. */
  async cancelLate(): Promise<void> {
    const { bookingId } = this;
    const payload = { bookingId, cancelledBy: 'student' as const, reason: 'ill', noticeMinutes: 1_200, refundBps: 5_000 };
    this.told.push(await this.bus.publish(BookingCancelled, payload, this.#byStudent()));
  }

  /** 72 hours after the end nobody has complained. */
  async settle(paymentId: string): Promise<void> {
    const { bookingId } = this;
    const payload = { bookingId, paymentId, tutorId: this.parties.tutorId };
    const recorded = {
      ...this.#place(),
      causationId: `timer:matching-service.settlement/${bookingId}/settle`,
      actor: { id: 'system:settlement', type: 'system' as const },
    };
    this.told.push(await this.bus.publish(BookingSettled, payload, recorded));
  }

  #byStudent(): Recorded {
    const actor = { id: this.parties.studentId, type: 'user' as const, role: 'student' };
    return { ...this.#place(), causationId: randomUUID(), actor };
  }
  #place(): Pick<Recorded, 'aggregateId' | 'streamVersion' | 'correlationId'> {
    return { aggregateId: this.bookingId, streamVersion: this.told.length + 1, correlationId: this.correlationId };
  }
}
