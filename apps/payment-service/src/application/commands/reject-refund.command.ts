export class RejectRefundCommand {
  static readonly COMMAND_NAME = 'payment-service.reject-refund';

  constructor(
    readonly paymentId: string,
    readonly refundId: string,
    readonly by: string,
    readonly reason: string,
  ) {}
}
