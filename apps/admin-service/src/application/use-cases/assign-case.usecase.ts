import { Injectable } from '@nestjs/common';
import { UnsuitableAssignee } from '../../domain/errors/case.errors.ts';
import { AdminUserRepository, VerificationCaseRepository } from '../interfaces/repository.interface.ts';
import { verificationCaseView, type VerificationCaseView } from '../views/verification-case.view.ts';

@Injectable()
export class AssignCaseUseCase {
  constructor(
    private readonly cases: VerificationCaseRepository,
    private readonly admins: AdminUserRepository,
  ) {}

  /** To whom it says, else to who asks. Throws NotFound, AlreadyDecided, OwnCase, UnsuitableAssignee. */
  async execute(caseId: string, by: string, assignee = by): Promise<VerificationCaseView> {
    const assigned = await this.cases.get(caseId);
    if (assignee !== by) {
      const admin = await this.admins.find(assignee);
      if (admin?.hasDuty('verification') !== true) throw new UnsuitableAssignee(assignee);
    }
    assigned.assign(assignee);
    await this.cases.save(assigned);
    return verificationCaseView(assigned);
  }
}
