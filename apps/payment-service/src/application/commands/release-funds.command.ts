export class ReleaseFundsCommand {
  static readonly COMMAND_NAME = 'payment-service.release-funds';

  constructor(readonly paymentId: string) {}
}
