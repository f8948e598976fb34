import type { Submission } from '../../domain/entities/verification-case.entity.ts';

export class OpenCaseCommand {
  static readonly COMMAND_NAME = 'admin-service.open-case';

  constructor(
    readonly caseId: string,
    readonly submission: Submission,
  ) {}
}
