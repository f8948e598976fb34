export interface RefundAsked {
  readonly paymentId: string;
  readonly requestedBy: string;
  /** The name of the command, if its sender gave it one. */
  readonly commandId: string | undefined;
}

export abstract class RefundIds {
  /** A UUID: the same for a command that is repeated under its name, a new one for a command without. */
  abstract idFor(asked: RefundAsked): string;
}
