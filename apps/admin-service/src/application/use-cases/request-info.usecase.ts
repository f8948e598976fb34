import { Injectable } from '@nestjs/common';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { verificationCaseView, type VerificationCaseView } from '../views/verification-case.view.ts';

@Injectable()
export class RequestInfoUseCase {
  constructor(private readonly cases: VerificationCaseRepository) {}

  /** Throws NotFound, AlreadyDecided, OwnCase. */
  async execute(caseId: string, by: string, items: readonly string[]): Promise<VerificationCaseView> {
    const asked = await this.cases.get(caseId);
    asked.requestInfo(by, items);
    await this.cases.save(asked);
    return verificationCaseView(asked);
  }
}
