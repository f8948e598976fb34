import {
  AdminErasureConfirmed,
  IdentityErasureConfirmed,
  MatchingErasureConfirmed,
  PaymentErasureConfirmed,
  TutorErasureConfirmed,
  UserErasureRequested,
} from '@edtech/contracts';
import { ProcessManager, Saga, type Decision, type Transition } from '@edtech/shared-kernel/application';
import { EraseUserCommand } from '../commands/erase-user.command.ts';

/** Every other service that knows the person. */
const CONFIRMATIONS = [
  IdentityErasureConfirmed,
  TutorErasureConfirmed,
  AdminErasureConfirmed,
  MatchingErasureConfirmed,
  PaymentErasureConfirmed,
] as const;

interface ErasureState {
  readonly userId: string;
  readonly requested: boolean;
  /** Names of the confirmations that came. */
  readonly confirmed: readonly string[];
}

type ErasureDecision = Decision<ErasureState, 'overdue'> & { readonly state: ErasureState };

/**
 * Erases a user here once every other service has. The confirmations come over the bus and the request from the own log, so any of them
 * may be first. One that is missing on the due date makes the saga stuck, where an operator sees it.
 */
@Saga('user-service.erasure')
export class ErasureSaga extends ProcessManager<ErasureState, 'overdue'> {
  readonly commands = [EraseUserCommand];

  readonly transitions: readonly Transition[] = [
    this.startsOrContinues(
      UserErasureRequested,
      ({ payload }) => payload.userId,
      (state, { payload: { userId, dueAt } }) => ({
        timers: [{ name: 'overdue', at: dueAt }],
        ...eraseWhenComplete({ userId, confirmed: state?.confirmed ?? [], requested: true }),
      }),
    ),
    ...CONFIRMATIONS.map((contract) =>
      this.startsOrContinues(
        contract,
        ({ payload }) => payload.userId,
        (state, { payload: { userId } }) => {
          const confirmed = new Set([...(state?.confirmed ?? []), contract.name]);
          return eraseWhenComplete({ userId, requested: state?.requested ?? false, confirmed: [...confirmed] });
        },
      ),
    ),
  ];

  readonly timers = this.fires({
    overdue: (state) => {
      throw new ErasureOverdue(missing(state));
    },
  });
}

function eraseWhenComplete(state: ErasureState): ErasureDecision {
  if (!state.requested || missing(state).length > 0) return { state };
  return { state, timers: [], commands: [new EraseUserCommand(state.userId)], end: 'completed' };
}

function missing({ confirmed }: ErasureState): string[] {
  return CONFIRMATIONS.map(({ name }) => name).filter((name) => !confirmed.includes(name));
}

export class ErasureOverdue extends Error {
  readonly code = 'ERASURE_OVERDUE';

  constructor(readonly missing: readonly string[]) {
    super(`the erasure is due but ${missing.join(', ')} did not come; find out what keeps those services, then retry`);
    this.name = 'ErasureOverdue';
  }
}
