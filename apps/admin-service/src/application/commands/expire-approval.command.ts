export class ExpireApprovalCommand {
  static readonly COMMAND_NAME = 'admin-service.expire-approval';

  constructor(readonly approvalId: string) {}
}
