export class StartPayoutCommand {
  static readonly COMMAND_NAME = 'payment-service.start-payout';

  constructor(
    readonly payoutId: string,
    /** Of its transfers, from 1. */
    readonly attempt: number,
    /** A person has let it go: neither a suspension nor a negative balance stops it again. */
    readonly letGo: boolean,
  ) {}
}
