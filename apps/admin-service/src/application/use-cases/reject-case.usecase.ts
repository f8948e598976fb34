import { Injectable } from '@nestjs/common';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { verificationCaseView, type VerificationCaseView } from '../views/verification-case.view.ts';

interface Rejection {
  readonly reason: string;
  readonly feedback: string;
  readonly rejectedDocuments: readonly string[];
}

@Injectable()
export class RejectCaseUseCase {
  constructor(private readonly cases: VerificationCaseRepository) {}

  /** Throws NotFound, AlreadyDecided, OwnCase, UnknownDocument. */
  async execute(caseId: string, by: string, { rejectedDocuments, ...said }: Rejection): Promise<VerificationCaseView> {
    const rejected = await this.cases.get(caseId);
    rejected.reject(by, said, rejectedDocuments);
    await this.cases.save(rejected);
    return verificationCaseView(rejected);
  }
}
