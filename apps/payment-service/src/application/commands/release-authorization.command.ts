export class ReleaseAuthorizationCommand {
  static readonly COMMAND_NAME = 'payment-service.release-authorization';

  constructor(readonly paymentId: string) {}
}
