import { Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { RegistrationRepository } from '../interfaces/registration-repository.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class CancelRegistrationUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly registrations: RegistrationRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Erases a pending user, or keeps the user from being created later. A user who got further stays. */
  async execute(userId: string): Promise<void> {
    await this.transaction.run(async () => {
      await this.registrations.add(userId, 'cancelled');
      const user = await this.users.find(userId);
      if (user?.status !== 'pending_verification') return;
      user.erase();
      await this.users.save(user);
    });
  }
}
