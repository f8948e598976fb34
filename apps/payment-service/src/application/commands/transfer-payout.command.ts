export class TransferPayoutCommand {
  static readonly COMMAND_NAME = 'payment-service.transfer-payout';

  constructor(
    readonly payoutId: string,
    /** Under which the transfer was started. */
    readonly reference: string,
  ) {}
}
