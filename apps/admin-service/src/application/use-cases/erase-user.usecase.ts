import { Injectable } from '@nestjs/common';
import { Erasures } from '../interfaces/erasures.interface.ts';
import { KnownUsers } from '../interfaces/known-users.interface.ts';
import { AdminUserRepository, VerificationCaseRepository } from '../interfaces/repository.interface.ts';

/** Forgets what staff wrote about the user, ends what waits for this one, and confirms it, also for a user nobody here has heard of. */
@Injectable()
export class EraseUserUseCase {
  constructor(
    private readonly users: KnownUsers,
    private readonly cases: VerificationCaseRepository,
    private readonly admins: AdminUserRepository,
    private readonly erasures: Erasures,
  ) {}

  async execute(userId: string): Promise<void> {
    await this.users.erase(userId);
    for (const undecided of await this.cases.undecidedOf(userId)) {
      undecided.close('user_erased');
      await this.cases.save(undecided);
    }
    await this.cases.maskNotes(userId);
    const admin = await this.admins.find(userId);
    admin?.deactivate('user_erased');
    if (admin !== undefined) await this.admins.save(admin);
    await this.erasures.confirm(userId);
  }
}
