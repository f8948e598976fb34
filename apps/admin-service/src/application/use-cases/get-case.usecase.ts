import { Injectable } from '@nestjs/common';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { verificationCaseView, type VerificationCaseView } from '../views/verification-case.view.ts';

@Injectable()
export class GetCaseUseCase {
  constructor(private readonly cases: VerificationCaseRepository) {}

  /** Throws NotFound. */
  async execute(caseId: string): Promise<VerificationCaseView> {
    return verificationCaseView(await this.cases.get(caseId));
  }
}
