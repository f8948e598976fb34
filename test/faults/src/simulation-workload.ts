import {
  AdminDeactivated,
  AdminDutiesChanged,
  BookingNoShow,
  BookingSettled,
  AdminErasureConfirmed,
  MatchingErasureConfirmed,
  PaymentDisputeClosed,
  PaymentDisputeOpened,
  PaymentErasureConfirmed,
  PaymentProviderMismatch,
  PaymentRefundFailed,
  PaymentRefundRequested,
  PayoutFailed,
  PayoutHeld,
  PayoutPaid,
  ReviewSubmitted,
  schemasOf,
  UserCreated,
  VerificationCaseAssigned,
  VerificationDecided,
  type EventContract,
} from '@edtech/contracts';
import { identityCommands } from '@edtech/identity-service/testing';
import {
  payloadOf,
  SeededRandom,
  type Batch,
  type EventInput,
  type Input,
  type Values,
  type Workload,
} from '@edtech/shared-kernel/testing';
import { adminCommands } from '@edtech/admin-service/testing';
import { tutorCommands } from '@edtech/tutor-service/testing';
import { userCommands } from '@edtech/user-service/testing';
import { shuffled } from './shuffled.ts';
import { Lessons } from './simulation-payments.ts';

const PEOPLE = 4;
/** Most seeds are short: what goes wrong needs few steps, and many orders of them. */
const SHORT = { fewest: 1, most: 2 };
const LONG = { fewest: 2, most: 6 };
/** Windows of 23 minutes: a little more than a day. */
const A_DAY = 63;
const ERASURES = [AdminErasureConfirmed, MatchingErasureConfirmed, PaymentErasureConfirmed];
const NAMES = ['Ada', 'Grace', 'Emmy', 'Sofia', 'Rosa', 'Mary'];

interface Person {
  readonly id: string;
  readonly index: number;
  /** `guest`: only tutor-service has heard of this person, from an event of an earlier release. */
  known: 'nowhere' | 'everywhere' | 'guest';
  registered?: 'adult' | 'minor';
  attempts: number;
}

/** Share of the seeds whose inputs race with each other. */
const WILD = 0.4;
/** The simulated admin-service speaks of its administrators as well, and never comes to such a version: which of two events is newer stays certain. */
const AFTER_ADMIN_SERVICE = 1_000;
/** One seed of so many is long and has payments. */
const PAYMENTS_EVERY = 20;

/**
 * What could happen on the platform in some days: commands of users and staff, and events of the services that are not built yet, made
 * from their contracts. Each lane of a batch is about one person, so that lanes do not depend on each other's order; a wild one has no
 * such manners.
 */
export function workloadOf(seed: number): Workload {
  const random = new SeededRandom(seed).fork('workload');
  return new Days(random, random.chance(WILD), playsPayments(seed)).workload();
}

/** Whether payment-service takes part. Not in every seed: its schedules are the longest by far. */
export function playsPayments(seed: number): boolean {
  return seed % PAYMENTS_EVERY === 0;
}

class Days {
  readonly #people: Person[];
  readonly #versions = new Map<string, number>();
  #events = 0;
  #documents = 0;
  #troubles = 0;
  readonly #held = new Set<string>();
  readonly #staff: SeededRandom;
  readonly #lessons: Lessons | undefined;

  constructor(
    private readonly random: SeededRandom,
    private readonly wild: boolean,
    payments: boolean,
  ) {
    this.#staff = random.fork('staff');
    this.#people = Array.from({ length: PEOPLE }, (_, index) => ({
      id: uuid('a', index),
      index,
      known: 'nowhere',
      attempts: 0,
    }));
    if (payments) this.#lessons = this.#booked(random.fork('payments'));
  }

  workload(): Workload {
    const { fewest, most } = this.#lessons === undefined ? SHORT : LONG;
    const days = Array.from({ length: this.random.between(fewest, most) }, () => this.#batch());
    const batches = days.flatMap((batch) => [this.#withLessons(batch), ...this.#office()]);
    return { batches: this.#lessons === undefined ? batches : this.#paidOut(batches, this.#lessons), converges: !this.wild };
  }

  /** From a source of chance of their own. */
  #booked(random: SeededRandom): Lessons {
    const people = this.#people.map(({ id }) => id);
    const event = (contract: EventContract, aggregateId: string, values: Values): Input =>
      this.#event(contract, aggregateId, values, contract.schemaVersion, random);
    return new Lessons({ random, wild: this.wild, people, event });
  }

  #withLessons({ lanes, ...batch }: Batch): Batch {
    return { ...batch, lanes: [...lanes, ...(this.#lessons?.lanes() ?? [])] };
  }

  #paidOut(batches: readonly Batch[], lessons: Lessons): Batch[] {
    const all = [{ lanes: lessons.beginning() }, ...batches];
    const elapsed = all.reduce((sum, { windows = 1 }) => sum + windows, 0);
    return [...all, ...lessons.secondWeekend(elapsed)];
  }

  #batch(): Batch {
    const count = this.random.between(1, 3);
    const people = shuffled(this.#people, this.random).slice(0, count);
    const racing = this.wild ? Array.from({ length: this.random.int(4) }, () => this.random.pick(this.#people)) : [];
    const lanes = [...people, ...racing].flatMap((person) => this.#lanes(person));
    if (this.wild) lanes.push([this.#anyOf(this.random.pick(this.#people))]);
    return { lanes: [...lanes, this.#outside(people)], windows: this.random.chance(0.15) ? A_DAY : 1 };
  }

  /** What the staff does once everything has come to rest; its own source of chance leaves the days of a seed as they were. */
  #office(): Batch[] {
    const random = this.#staff;
    const duties = random.pick([['finance'], ['verification', 'support'], []]);
    const decision = random.pick(['approve', 'reject', 'request-info'] as const);
    const lanes = [
      [adminCommands.grantDuties(duties)],
      [adminCommands.decideApprovals(random.pick(['approved', 'rejected'] as const))],
      [...(random.chance(0.5) ? [adminCommands.assignCases()] : []), adminCommands.decideCases(decision)],
    ].filter(() => random.chance(0.6));
    const troubles = Array.from({ length: random.int(3) }, () => [this.#trouble()]);
    const batches = this.wild ? [[...troubles, ...lanes]] : [troubles, lanes];
    return batches.filter((all) => all.length > 0).map((all) => ({ lanes: all }));
  }

  /** What payments cannot decide by themselves. Where inputs may race, several are about the same refund or dispute. */
  #trouble(): Input {
    const random = this.#staff;
    const number = this.wild ? random.int(3) : ++this.#troubles;
    const paymentId = uuid('4', number);
    const subject = `subject ${number}`;
    const about = { paymentId, refundId: uuid('5', number), disputeId: subject, providerEventId: subject };
    const event = (contract: EventContract, more: Values = {}): Input =>
      this.#event(contract, paymentId, { ...about, ...more }, contract.schemaVersion, random);
    return random.pick([
      () => event(PaymentRefundRequested, { needsApproval: true }),
      () => event(PaymentRefundFailed),
      () => event(PaymentDisputeOpened),
      () => event(PaymentDisputeClosed),
      () => event(PaymentProviderMismatch),
    ])();
  }

  #lanes(person: Person): Input[][] {
    if (person.known === 'nowhere') {
      person.known = 'everywhere';
      const beginnings = [
        () => this.#create(person),
        () => this.#create(person),
        () => this.#register(person),
        () => this.#guest(person),
      ];
      return this.random.pick(beginnings)();
    }
    const submitted = person.attempts > 0 ? () => this.#standing(person) : () => this.#verified(person);
    const asTutor = [() => this.#tutor(person), () => this.#verified(person), submitted, submitted];
    const account = () => this.#account(person);
    if (person.registered !== undefined && this.random.chance(0.5)) return [account()];
    const user = () => this.#user(person);
    const asUser = [user, user, user, account, () => this.#duties(person), () => this.#erasure(person)];
    return [this.random.pick(person.known === 'guest' ? asTutor : [...asTutor, ...asUser])()];
  }

  /** A user by the hand of an administrator, and what happens before anybody else has heard of it. */
  #create(person: Person): Input[][] {
    const { id } = person;
    const role = this.random.pick(['student', 'tutor', 'tutor']);
    const [firstName = 'Ada'] = [NAMES[person.index]];
    const dto = { email: this.#email(person), firstName, lastName: 'Lovelace', role, status: 'active' as const };
    const more = Array.from({ length: this.random.int(4) }, () =>
      this.random.pick([
        () => userCommands.changeRole(id, this.random.pick(['student', 'tutor', 'admin'])),
        () => userCommands.becomeTutor(id),
        () => userCommands.suspend(id, this.random.chance(0.5) ? '2027-01-01T00:00:00.000Z' : undefined),
        () => userCommands.reactivate(id),
        () => userCommands.deactivate(id),
        () => this.#profile(id),
        () => this.#settings(id),
      ])(),
    );
    return [[userCommands.create(id, dto), ...more]];
  }

  /** Somebody registers; the mail is read later, if at all. What user-service refuses is cancelled. */
  #register(person: Person): Input[][] {
    const { id } = person;
    const isMinor = this.random.chance(0.2);
    person.registered = isMinor ? 'minor' : 'adult';
    const registration = {
      email: this.#email(person),
      firstName: NAMES[person.index] ?? 'Ada',
      lastName: 'Hopper',
      role: isMinor || this.random.chance(0.5) ? ('student' as const) : ('tutor' as const),
      birthDate: isMinor ? '2015-05-05' : '1990-05-05',
      guardianEmail: 'guardian@example.org',
      locale: 'en',
      // A refusal may overtake the mail: whoever is cancelled gets none.
      timezone: this.wild && this.random.chance(0.3) ? 'Nowhere' : 'Europe/Berlin',
      termsVersion: '1',
    };
    return [[identityCommands.register(id, registration)]];
  }

  /** What people do with the mails that they get, and at the door. */
  #account(person: Person): Input[] {
    const { id, index } = person;
    const email = `person${index}@example.org`;
    const verify = identityCommands.verify(id);
    const consent = identityCommands.decideConsent(id, this.random.chance(0.8) ? 'granted' : 'declined');
    // An answer may overtake the mail that asks for it: then there is nobody to write to any more.
    const asMinor = this.wild ? [verify, consent] : [this.random.chance(0.5) ? verify : consent];
    return this.random.pick([
      () => [verify],
      () => (person.registered === 'minor' ? asMinor : [verify]),
      () => [identityCommands.login(email), identityCommands.login(email, 'Wrong-Horse-7')],
      () => [identityCommands.forgotPassword(email), identityCommands.resetPassword(id)],
    ])();
  }

  /** A user of an earlier release: its event has the first version of the schema, and the name that the bus knew it by. */
  #guest(person: Person): Input[][] {
    const { id: userId } = person;
    const payload = {
      userId,
      email: this.#email(person),
      firstName: NAMES[person.index],
      lastName: 'Noether',
      role: 'tutor',
      status: 'active',
    };
    person.known = 'guest';
    const event = this.#event(UserCreated, userId, payload, 1);
    return [[this.random.chance(0.5) ? event : { ...event, alias: 'user.created.v1' }]];
  }

  #user({ id }: Person): Input[] {
    const standing = this.random.pick([
      () => userCommands.changeRole(id, this.random.pick(['student', 'tutor', 'admin'])),
      () => userCommands.becomeTutor(id),
      () => userCommands.suspend(id),
      () => userCommands.reactivate(id),
      () => userCommands.deactivate(id),
    ])();
    return [this.#profile(id), ...(this.random.chance(0.7) ? [standing] : []), this.#settings(id)];
  }

  /** By a superadmin: what identity-service makes of it depends on the role, whichever it hears of first. */
  #duties({ id: userId }: Person): Input[] {
    const duties = this.random.pick([[], ['support'], ['support', 'finance']]);
    const changed = this.#event(AdminDutiesChanged, userId, { userId, duties });
    return [changed, this.random.chance(0.3) ? this.#event(AdminDeactivated, userId, { userId }) : this.#profile(userId)];
  }

  #tutor(person: Person): Input[] {
    const { id } = person;
    const [identity, degree, again] = [this.#document(), this.#document(), this.#document()];
    const replaced = `passport ${this.random.int(2)}`;
    const more = this.random.pick([
      () => [tutorCommands.setListed(id, this.random.chance(0.5))],
      () => [tutorCommands.removeDocument(id, this.random.pick([identity, degree]))],
      // The same file under a new id, while the removal of the old one is still on its way.
      () => [
        tutorCommands.upload(id, again, 'identity', replaced),
        tutorCommands.removeDocument(id, again),
        tutorCommands.upload(id, this.#document(), 'identity', replaced),
      ],
    ]);
    return [...this.#prepared(id, identity, degree).slice(this.random.int(6)), ...more()];
  }

  /** By the support, one right after the other: what other services hear of it may come in any order. */
  #standing({ id }: Person): Input[] {
    const reinstated = this.random.chance(0.5) ? [tutorCommands.reinstate(id)] : [];
    return [...reinstated, tutorCommands.suspend(id), tutorCommands.reinstate(id)];
  }

  #prepared(id: string, identity: string, degree: string): Input[] {
    return [
      tutorCommands.updateProfile(id, {
        bio: `I have taught algebra for ten years and love patient questions (${this.random.int(3)}).`,
        subjects: [{ code: 'algebra', level: 'high_school' }],
      }),
      tutorCommands.changeRate(id, this.random.between(20, 40) * 100),
      tutorCommands.setAvailability(id, this.random.between(1, 7)),
      tutorCommands.upload(id, identity, 'identity', `passport ${this.random.int(2)}`),
      tutorCommands.upload(id, degree, 'degree', `degree ${this.random.int(2)}`),
    ];
  }

  /** A complete profile is submitted, and decided on: the decision follows the submission, its two events may overtake each other. */
  #verified(person: Person): Input[] {
    const attempt = this.random.chance(0.9) ? ++person.attempts : 1;
    const caseId = uuid('b', this.random.int(20));
    const known = { caseId, tutorId: person.id, attempt, documents: [], assignee: uuid('d', 1), decidedBy: uuid('d', 1) };
    const decision = this.random.chance(0.7) ? { decision: 'approved' } : {};
    return [
      ...this.#prepared(person.id, this.#document(), this.#document()),
      tutorCommands.submit(person.id),
      this.#event(VerificationCaseAssigned, caseId, known),
      this.#event(VerificationDecided, caseId, { ...known, ...decision, items: [] }),
    ];
  }

  #erasure({ id: userId }: Person): Input[] {
    // admin-service is there and answers for itself; its share of chance stays, so that old seeds keep their days.
    const confirmations = ERASURES.filter(() => this.random.chance(0.9))
      .filter(
        (contract) => contract !== AdminErasureConfirmed && (contract !== PaymentErasureConfirmed || this.#lessons === undefined),
      )
      .map((contract) => this.#event(contract, userId, { userId }));
    if (!this.random.chance(0.4)) return [this.#profile(userId)];
    return [userCommands.requestErasure(userId), ...confirmations];
  }

  /** What is due to an order among services that nobody promises. */
  #anyOf({ id: userId }: Person): Input {
    return this.random.pick([
      () => identityCommands.verify(userId),
      () => identityCommands.decideConsent(userId, 'declined'),
      () => identityCommands.resetPassword(userId),
      () => this.#event(this.random.pick(ERASURES), userId, { userId }),
      () =>
        this.#event(VerificationCaseAssigned, uuid('b', 1), { caseId: uuid('b', 1), tutorId: userId, assignee: uuid('d', 1) }),
      () => userCommands.requestErasure(userId),
      () => tutorCommands.suspend(userId),
      () => tutorCommands.reinstate(userId),
    ])();
  }

  /** Figures: no order among them matters, and nobody else's depends on them. A missed lesson may suspend, so its tutor does nothing else. */
  #outside(busy: readonly Person[]): Input[] {
    return Array.from({ length: this.random.int(5) }, () => {
      const { id: tutorId, index } = this.random.pick(this.#people);
      const idle = this.wild || !busy.some(({ id }) => id === tutorId);
      const number = index * 10 + this.random.int(4);
      const payout = { payoutId: uuid('e', number), tutorId, amount: 4_500, currency: 'EUR' };
      const lesson = { bookingId: uuid('f', number), paymentId: uuid('9', number), tutorId };
      const events = [
        () => this.#event(PayoutPaid, payout.payoutId, payout),
        () => this.#event(PayoutFailed, payout.payoutId, payout),
        () => this.#event(this.#mayHold(payout.payoutId) ? PayoutHeld : PayoutFailed, payout.payoutId, payout),
        () => this.#event(BookingSettled, lesson.bookingId, lesson),
        () => this.#event(ReviewSubmitted, uuid('8', this.random.int(9_999)), { tutorId, rating: this.random.between(1, 5) }),
        () => this.#event(BookingNoShow, lesson.bookingId, { ...lesson, ...(idle ? {} : { who: 'student' }) }),
      ];
      return this.random.pick(events)();
    });
  }

  /** Whichever hold is heard of first gives the task its id, so where nothing may depend on order a payout is held once. */
  #mayHold(payoutId: string): boolean {
    const first = !this.#held.has(payoutId);
    this.#held.add(payoutId);
    return first || this.wild;
  }

  #event(
    contract: EventContract,
    aggregateId: string,
    values: Values,
    schemaVersion = contract.schemaVersion,
    random = this.random,
  ): EventInput {
    const schema = schemasOf(contract)[schemaVersion];
    if (schema === undefined) throw new Error(`${contract.name} has no version ${schemaVersion}`);
    const stream = `${contract.producer} ${contract.aggregateType}/${aggregateId}`;
    const before = contract.aggregateType === AdminDutiesChanged.aggregateType ? AFTER_ADMIN_SERVICE : 0;
    const streamVersion = (this.#versions.get(stream) ?? before) + 1;
    this.#versions.set(stream, streamVersion);
    const payload = payloadOf(schema, random, values);
    const id = uuid('7', ++this.#events);
    return {
      kind: 'event',
      event: {
        eventId: id,
        eventName: contract.name,
        schemaVersion,
        aggregateType: contract.aggregateType,
        aggregateId,
        streamVersion,
        occurredAt: new Date(Date.UTC(2026, 0, 1) + this.#events * 60_000).toISOString(),
        recordedAt: '2026-01-01T00:00:00.000Z',
        correlationId: id,
        causationId: id,
        userId: contract.about(contract.read(schemaVersion, payload)) ?? id,
        actor: JSON.stringify({ id: contract.producer, type: 'service' }),
        payload: JSON.stringify(payload),
      },
    };
  }

  #profile(id: string): Input {
    return userCommands.updateProfile(id, {
      firstName: this.random.pick(NAMES),
      locale: this.random.pick(['en', 'de', 'pt-BR']),
    });
  }

  #settings(id: string): Input {
    const [emailMarketing, lessonReminders] = [this.random.chance(0.5), this.random.chance(0.5)];
    return userCommands.updateSettings(id, { emailMarketing, lessonReminders, language: this.random.pick(['en', 'fr']) });
  }

  /** One address per person; two spellings of one address would make the winner depend on who comes first. */
  #email({ index }: Person): string {
    return this.wild && this.random.chance(0.2) ? 'shared@example.org' : `person${index}@example.org`;
  }

  #document(): string {
    return uuid('6', ++this.#documents);
  }
}

function uuid(kind: string, number: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}
