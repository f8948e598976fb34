export interface ChargeAttempt {
  readonly paymentId: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly paymentMethodId: string;
  /** The name of the command that began it, if its sender gave it one. */
  readonly commandId?: string | undefined;
}

/** The ways to pay that were tried for a payment. What is written stays, whatever becomes of a transaction around the call. */
export abstract class ChargeAttempts {
  /** Answers the attempt of this number that was added first: a number is one attempt. Safe to repeat. */
  abstract add(attempt: ChargeAttempt): Promise<ChargeAttempt>;
  /** The newest one last; empty for a payment that is not charged here. */
  abstract of(paymentId: string): Promise<ChargeAttempt[]>;
}

/** What the provider knows an operation by. Another attempt is another operation. */
export function operationKey(step: 'authorize' | 'capture' | 'cancel', { paymentId, attempt }: ChargeAttempt): string {
  return `${paymentId}:${step}:${attempt}`;
}
