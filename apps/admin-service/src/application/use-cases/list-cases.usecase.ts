import { Injectable } from '@nestjs/common';
import { VerificationCaseRepository, type CaseQuery, type Page } from '../interfaces/repository.interface.ts';
import { verificationCaseView, type VerificationCaseView } from '../views/verification-case.view.ts';

@Injectable()
export class ListCasesUseCase {
  constructor(private readonly cases: VerificationCaseRepository) {}

  /** Oldest first. Throws InvalidCursor. */
  async execute(query: CaseQuery): Promise<Page<VerificationCaseView>> {
    const { items, next } = await this.cases.list(query);
    return { items: items.map(verificationCaseView), next };
  }
}
