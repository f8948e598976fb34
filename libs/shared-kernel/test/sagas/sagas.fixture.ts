import { hours, days } from '../../src/application/durations.ts';
import type { EventContract } from '../../src/application/event-contract.ts';
import { ProcessManager, reversible, Saga } from '../../src/application/saga.ts';

function contract<P extends object>(name: string, about: (payload: P) => string): EventContract<P> {
  const accept = (payload: unknown): P => {
    const accepted: P = JSON.parse(JSON.stringify(payload));
    return accepted;
  };
  return {
    name,
    producer: 'test',
    aggregateType: 'Test',
    schemaVersion: 1,
    scope: 'local',
    personal: [],
    about,
    parse: accept,
    read: (_version, payload) => accept(payload),
  };
}

export interface Tutor {
  readonly tutorId: string;
  readonly email: string;
}
export const ProfileCreated = contract<Tutor>('tutor.profile_created', ({ tutorId }) => tutorId);
export const TutorSuspended = contract<{ tutorId: string }>('tutor.suspended', ({ tutorId }) => tutorId);
export const ProfileViewed = contract<{ tutorId: string; broken: boolean }>('tutor.profile_viewed', ({ tutorId }) => tutorId);

export class SendWelcomeEmailCommand {
  static readonly COMMAND_NAME = 'test.send-welcome-email';
  constructor(
    readonly tutorId: string,
    readonly email: string,
  ) {}
}
export class InitializeDashboardCommand {
  static readonly COMMAND_NAME = 'test.initialize-dashboard';
  constructor(readonly tutorId: string) {}
}
export class SendTipsCommand {
  static readonly COMMAND_NAME = 'test.send-tips';
  constructor(readonly tutorId: string) {}
}
export class AskForFeedbackCommand {
  static readonly COMMAND_NAME = 'test.ask-for-feedback';
  constructor(readonly tutorId: string) {}
}
export class CountViewCommand {
  static readonly COMMAND_NAME = 'test.count-view';
  constructor(
    readonly tutorId: string,
    readonly views: number,
  ) {}
}

interface Onboarding {
  readonly tutorId: string;
  readonly views: number;
}

@Saga('test.onboarding')
export class OnboardingSaga extends ProcessManager<Onboarding, 'dashboard' | 'tips' | 'feedback'> {
  readonly commands = [
    SendWelcomeEmailCommand,
    InitializeDashboardCommand,
    SendTipsCommand,
    AskForFeedbackCommand,
    CountViewCommand,
  ];

  readonly transitions = [
    this.starts(
      ProfileCreated,
      ({ payload }) => payload.tutorId,
      ({ payload: { tutorId, email } }) => ({
        state: { tutorId, views: 0 },
        commands: [new SendWelcomeEmailCommand(tutorId, email)],
        timers: [
          { name: 'dashboard', after: hours(1) },
          { name: 'tips', after: hours(24) },
          { name: 'feedback', after: days(30) },
        ],
      }),
    ),
    this.continues(
      ProfileViewed,
      ({ payload }) => payload.tutorId,
      (state, { payload }) => {
        if (payload.broken) throw new Error('this view breaks the transition');
        const views = state.views + 1;
        return { state: { ...state, views }, commands: [new CountViewCommand(state.tutorId, views)] };
      },
    ),
    this.continues(
      TutorSuspended,
      ({ payload }) => payload.tutorId,
      () => ({ cancel: 'all', end: 'cancelled' }),
    ),
  ];

  readonly timers = this.fires({
    dashboard: ({ tutorId }) => ({ commands: [new InitializeDashboardCommand(tutorId)] }),
    tips: ({ tutorId }) => ({ commands: [new SendTipsCommand(tutorId)] }),
    feedback: ({ tutorId }) => ({ commands: [new AskForFeedbackCommand(tutorId)], end: 'completed' }),
  });
}

export interface Booking {
  readonly bookingId: string;
}
export const BookingRequested = contract<Booking>('booking.requested', ({ bookingId }) => bookingId);
export const BookingWithdrawn = contract<Booking>('booking.withdrawn', ({ bookingId }) => bookingId);

export class ReserveSlotCommand {
  static readonly COMMAND_NAME = 'test.reserve-slot';
  constructor(readonly bookingId: string) {}
}
export class ReleaseSlotCommand {
  static readonly COMMAND_NAME = 'test.release-slot';
  constructor(readonly bookingId: string) {}
}
export class ChargeCommand {
  static readonly COMMAND_NAME = 'test.charge';
  constructor(readonly bookingId: string) {}
}
export class RefundCommand {
  static readonly COMMAND_NAME = 'test.refund';
  constructor(readonly bookingId: string) {}
}
export class NotifyTutorCommand {
  static readonly COMMAND_NAME = 'test.notify-tutor';
  constructor(readonly bookingId: string) {}
}

@Saga('test.booking')
export class BookingSaga extends ProcessManager<Booking, 'expiry'> {
  override readonly onFailure = 'compensate';
  readonly commands = [ReserveSlotCommand, ReleaseSlotCommand, ChargeCommand, RefundCommand, NotifyTutorCommand];

  readonly transitions = [
    this.starts(
      BookingRequested,
      ({ payload }) => payload.bookingId,
      ({ payload: { bookingId } }) => ({
        state: { bookingId },
        commands: [
          reversible(new ReserveSlotCommand(bookingId), { compensate: new ReleaseSlotCommand(bookingId) }),
          reversible(new ChargeCommand(bookingId), { compensate: new RefundCommand(bookingId) }),
          new NotifyTutorCommand(bookingId),
        ],
        timers: [{ name: 'expiry', after: hours(1) }],
      }),
    ),
    this.continues(
      BookingWithdrawn,
      ({ payload }) => payload.bookingId,
      () => ({ compensate: true }),
    ),
  ];
  readonly timers = this.fires({ expiry: () => ({ compensate: true }) });
}

export const LampLit = contract<{ lampId: string; minutes: number }>('lamp.lit', ({ lampId }) => lampId);
export const LampTouched = contract<{ lampId: string; keepOn: boolean }>('lamp.touched', ({ lampId }) => lampId);

export class SwitchOffCommand {
  static readonly COMMAND_NAME = 'test.switch-off';
  constructor(readonly lampId: string) {}
}

@Saga('test.lamp')
export class LampSaga extends ProcessManager<{ readonly lampId: string; readonly offs: number }, 'off' | 'late'> {
  readonly commands = [SwitchOffCommand];
  readonly transitions = [
    this.starts(
      LampLit,
      ({ payload }) => payload.lampId,
      ({ payload }) => ({
        state: { lampId: payload.lampId, offs: 0 },
        timers: [
          { name: 'off', after: payload.minutes * 60_000 },
          ...(payload.lampId === 'double' ? [{ name: 'late', after: payload.minutes * 60_001 } as const] : []),
        ],
      }),
    ),
    this.continues(
      LampTouched,
      ({ payload }) => payload.lampId,
      (_state, { payload }) => (payload.keepOn ? { cancel: ['off'] } : { timers: [{ name: 'off', after: hours(10) }] }),
    ),
  ];
  readonly timers = this.fires({
    off: ({ lampId, offs }) => {
      if (lampId === 'poison') throw new Error('this lamp cannot be switched off');
      return { state: { lampId, offs: offs + 1 }, commands: [new SwitchOffCommand(lampId)], cancel: ['late'] };
    },
    late: ({ lampId }) => ({ commands: [new SwitchOffCommand(lampId)] }),
  });
}

export const GuestCame = contract<{ meetingId: string; guest: string }>('meeting.guest_came', ({ meetingId }) => meetingId);

/** Started by whichever guest comes first. */
@Saga('test.meeting')
export class MeetingSaga extends ProcessManager<{ readonly guests: readonly string[] }> {
  readonly commands = [];
  readonly transitions = [
    this.startsOrContinues(
      GuestCame,
      ({ payload }) => payload.meetingId,
      (state, { payload }) => ({ state: { guests: [...(state?.guests ?? []), payload.guest] } }),
    ),
  ];
  readonly timers = this.fires({});
}
