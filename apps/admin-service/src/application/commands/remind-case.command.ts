export class RemindCaseCommand {
  static readonly COMMAND_NAME = 'admin-service.remind-case';

  constructor(
    readonly tutorId: string,
    readonly attempt: number,
  ) {}
}
