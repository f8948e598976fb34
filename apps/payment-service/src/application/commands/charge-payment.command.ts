export class ChargePaymentCommand {
  static readonly COMMAND_NAME = 'payment-service.charge-payment';

  constructor(readonly paymentId: string) {}
}
