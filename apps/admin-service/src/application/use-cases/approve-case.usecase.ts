import { Injectable } from '@nestjs/common';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { verificationCaseView, type VerificationCaseView } from '../views/verification-case.view.ts';

@Injectable()
export class ApproveCaseUseCase {
  constructor(private readonly cases: VerificationCaseRepository) {}

  /** Throws NotFound, AlreadyDecided, OwnCase, UnknownDocument, DocumentsUndecided. */
  async execute(
    caseId: string,
    by: string,
    { notes, approvedDocuments }: { readonly notes: string; readonly approvedDocuments: readonly string[] },
  ): Promise<VerificationCaseView> {
    const approved = await this.cases.get(caseId);
    approved.approve(by, notes, approvedDocuments);
    await this.cases.save(approved);
    return verificationCaseView(approved);
  }
}
