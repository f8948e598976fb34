import { Injectable } from '@nestjs/common';
import { KnownUsers } from '../interfaces/known-users.interface.ts';
import { VerificationCaseRepository } from '../interfaces/repository.interface.ts';

/** Nobody has to decide about this tutor any more. */
@Injectable()
export class CloseCasesUseCase {
  constructor(
    private readonly users: KnownUsers,
    private readonly cases: VerificationCaseRepository,
  ) {}

  async execute(tutor: { readonly tutorId: string; readonly userId: string }, reason: string): Promise<void> {
    await this.users.hold(tutor.userId);
    for (const undecided of await this.cases.undecidedOf(tutor.tutorId)) {
      undecided.close(reason);
      await this.cases.save(undecided);
    }
  }
}
