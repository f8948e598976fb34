export class ApproveRefundCommand {
  static readonly COMMAND_NAME = 'payment-service.approve-refund';

  constructor(
    readonly paymentId: string,
    readonly refundId: string,
    readonly by: string,
    /** By the rule that was applied when it was requested. */
    readonly auto: boolean,
  ) {}
}
