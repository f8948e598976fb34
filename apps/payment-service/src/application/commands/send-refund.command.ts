export class SendRefundCommand {
  static readonly COMMAND_NAME = 'payment-service.send-refund';

  constructor(
    readonly paymentId: string,
    readonly refundId: string,
    /** Counts from 1; grows when the provider has said that the one before failed. */
    readonly attempt: number,
  ) {}
}

/** After so many failures the provider has given up. */
export const MOST_REFUND_ATTEMPTS = 4;
