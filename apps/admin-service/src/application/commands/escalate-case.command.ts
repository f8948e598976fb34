export class EscalateCaseCommand {
  static readonly COMMAND_NAME = 'admin-service.escalate-case';

  constructor(
    readonly tutorId: string,
    readonly attempt: number,
  ) {}
}
