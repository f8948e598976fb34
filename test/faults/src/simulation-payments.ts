import {
  BookingCancelled,
  BookingIssueResolved,
  BookingNoShow,
  BookingReleased,
  BookingRequested,
  BookingSettled,
  TutorCreated,
  type EventContract,
} from '@edtech/contracts';
import { adminCommands } from '@edtech/admin-service/testing';
import { paymentCommands, paymentOf } from '@edtech/payment-service/testing';
import type { Batch, Input, SeededRandom, Values } from '@edtech/shared-kernel/testing';

export interface LessonsOptions {
  readonly random: SeededRandom;
  /** Inputs may race with each other. */
  readonly wild: boolean;
  /** Users who may teach; they come to payment-service, suspend and leave as their own days have it. */
  readonly people: readonly string[];
  /** An event of a service that is not simulated. */
  readonly event: (contract: EventContract, aggregateId: string, values: Values) => Input;
}

interface Lesson {
  readonly bookingId: string;
  readonly studentId: string;
  readonly tutorId: string;
  readonly amount: number;
  readonly method: string;
  readonly currency: string;
  settled: boolean;
  over: boolean;
}

const MOST_LESSONS = 4;
const WINDOWS_A_DAY = (24 * 3_600_000) / (23 * 60_000);
/** A Saturday: what failed since Monday has failed three times. */
const SECOND_WEEKEND = Math.ceil(12 * WINDOWS_A_DAY);
const AMOUNTS = [2_500, 4_000, 12_000];
const CURRENCIES = ['EUR', 'USD'];
/** How the provider takes a payment; half of them simply work. */
const METHODS = [
  ...Array.from({ length: 6 }, () => 'pm_ok'),
  'pm_slow',
  'pm_confirm',
  'pm_insufficient_funds',
  'pm_declined',
  'pm_dispute_won',
  'pm_dispute_lost',
  'pm_refund_fails_twice',
  'pm_refund_given_up',
];
/** Methods that bring money only when the student does something, if at all. */
const WITHOUT_MONEY = new Set(['pm_confirm', 'pm_insufficient_funds', 'pm_declined']);
/** Teachers who have an account from the beginning: the ends of their ids are what becomes of transfers to it. */
const TEACHERS = [
  'cccccccc-0000-4000-8000-000000000001',
  'cccccccc-0000-4000-8000-00000000dead',
  'cccccccc-0000-4000-8000-00000000fade',
];

/**
 * Lessons that are booked, paid, taken or not, and paid out: events of bookings as matching-service will send them, commands of students and
 * staff. Where nothing races, a lesson has at most one input in a batch.
 */
export class Lessons {
  readonly #lessons: Lesson[] = [];
  #commands = 0;

  constructor(private readonly options: LessonsOptions) {}

  /** Before anything is booked. */
  beginning(): Input[][] {
    return TEACHERS.map((tutorId) => [this.options.event(TutorCreated, tutorId, { tutorId, userId: tutorId })]);
  }

  /** What goes on at the same time as the rest of a batch. */
  lanes(busy: readonly Lesson[] = []): Input[][] {
    const { random, wild } = this.options;
    const open = this.#lessons.filter((lesson) => !lesson.over && !busy.includes(lesson));
    const going = open.flatMap((lesson) => (random.chance(0.7) ? [this.#goesOn(lesson)] : []));
    const racing = wild
      ? open.flatMap((lesson) => (random.chance(0.5) ? [...this.#goesOn(lesson), this.#anything(lesson)] : []))
      : [];
    const booked = Array.from({ length: this.#lessons.length < MOST_LESSONS ? random.int(3) : 0 }, () => this.#book());
    return [...going, ...racing.map((input) => [input]), ...booked];
  }

  /** After the first payouts: money that comes back from those who have it, decisions of people, and lessons that bear the deductions. */
  secondWeekend(elapsed: number): Batch[] {
    const { random, wild } = this.options;
    const windows = Math.max(1, SECOND_WEEKEND - elapsed);
    const returned = this.#lessons.filter(({ settled }) => settled && random.chance(0.5));
    const refunds = returned.map((lesson) => {
      const amount = random.pick([1_000, lesson.amount]);
      return [paymentCommands.refundBySupport(lesson, this.#commandId(), amount)];
    });
    const payouts = wild ? [[paymentCommands.holdPayouts()], [paymentCommands.releasePayouts(this.#commandId())]] : [];
    const office = [[adminCommands.decideApprovals(random.chance(0.7) ? 'approved' : 'rejected')], ...payouts];
    return [
      { lanes: [...refunds, ...this.lanes(returned), this.#book()], windows },
      { lanes: office },
      {
        lanes: [...this.lanes(), ...(wild ? [[paymentCommands.releasePayouts(this.#commandId())]] : [])].filter(
          (lane) => lane.length > 0,
        ),
      },
    ].filter(({ lanes }) => lanes.length > 0);
  }

  #book(): Input[] {
    const { random, wild, people, event } = this.options;
    const number = this.#lessons.length;
    const lesson: Lesson = {
      bookingId: `bbbbbbbb-1111-4000-8000-${number.toString(16).padStart(12, '0')}`,
      studentId: `eeeeeeee-1111-4000-8000-${random.int(2).toString(16).padStart(12, '0')}`,
      tutorId: random.chance(0.7) ? random.pick(TEACHERS) : random.pick(people),
      amount: random.pick(AMOUNTS),
      currency: random.pick(CURRENCIES),
      method: random.pick(METHODS),
      settled: false,
      over: false,
    };
    this.#lessons.push(lesson);
    const { bookingId, studentId, tutorId, amount, currency, method: paymentMethodId } = lesson;
    const requested = event(BookingRequested, bookingId, { bookingId, studentId, tutorId, amount, currency, paymentMethodId });
    return wild && random.chance(0.5)
      ? [requested, random.chance(0.5) ? this.#ends(lesson) : this.#anything(lesson)]
      : [requested];
  }

  #goesOn(lesson: Lesson): Input[] {
    const { random } = this.options;
    if (lesson.settled) return [this.#afterwards(lesson)];
    const either = [() => this.#ends(lesson), () => this.#ends(lesson), () => paymentCommands.cancel(lesson)];
    if (WITHOUT_MONEY.has(lesson.method) && random.chance(0.5)) return this.#confirms(lesson);
    const settles = Array.from({ length: 5 }, () => () => this.#settles(lesson));
    const paid = [...settles, () => this.#returns(lesson), () => this.#returns(lesson), () => this.#issue(lesson)];
    return [random.pick(WITHOUT_MONEY.has(lesson.method) ? either : [...either, ...paid])()];
  }

  /** Who does not hear of money tries the same once more. */
  #confirms(lesson: Lesson): Input[] {
    const method = this.options.random.pick(['pm_ok', 'pm_declined', lesson.method]);
    const confirm = paymentCommands.confirm(lesson, this.#commandId(), method);
    return [confirm, confirm];
  }

  #anything(lesson: Lesson): Input {
    const { random } = this.options;
    return random.pick([
      () => this.#ends(lesson),
      () => this.#settles(lesson),
      () => this.#returns(lesson),
      () => this.#issue(lesson),
      () => paymentCommands.cancel(lesson),
      () => paymentCommands.confirm(lesson, this.#commandId()),
      () => paymentCommands.refundBySupport(lesson, this.#commandId()),
      () => paymentCommands.holdPayouts(),
    ])();
  }

  #afterwards(lesson: Lesson): Input {
    return this.options.random.chance(0.5)
      ? this.#issue(lesson)
      : paymentCommands.refundBySupport(lesson, this.#commandId(), 1_000);
  }

  #settles(lesson: Lesson): Input {
    const { bookingId, tutorId } = lesson;
    lesson.settled = true;
    return this.options.event(BookingSettled, bookingId, { bookingId, paymentId: paymentOf(bookingId), tutorId });
  }

  #ends(lesson: Lesson): Input {
    const { random, event } = this.options;
    const { bookingId, tutorId } = lesson;
    lesson.over = true;
    const about = { bookingId, paymentId: paymentOf(bookingId), tutorId, refundBps: random.pick([0, 5_000, 10_000]) };
    return random.pick([
      () => event(BookingReleased, bookingId, about),
      () => event(BookingCancelled, bookingId, about),
      () => event(BookingNoShow, bookingId, { ...about, who: 'student' }),
    ])();
  }

  /** Small ones are decided by rule, the others by a second person. */
  #returns(lesson: Lesson): Input {
    const amount = this.options.random.chance(0.5) ? 1_000 : undefined;
    return paymentCommands.refundByStudent(lesson, this.#commandId(), amount);
  }

  #issue(lesson: Lesson): Input {
    const { random, event } = this.options;
    const { bookingId } = lesson;
    const resolved = { bookingId, paymentId: paymentOf(bookingId), refundAmount: random.pick([0, 500]) };
    return event(BookingIssueResolved, bookingId, resolved);
  }

  #commandId(): string {
    return `command-${++this.#commands}`;
  }
}
