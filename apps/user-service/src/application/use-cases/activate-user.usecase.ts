import { Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { suffices, type Evidence } from '../../domain/value-objects/registration-evidence.vo.ts';
import { RegistrationRepository } from '../interfaces/registration-repository.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class ActivateUserUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly registrations: RegistrationRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Activates a pending user once the evidence suffices; before the user exists the evidence is kept. */
  async execute(userId: string, news: Extract<Evidence, 'email_verified' | 'guardian_consented'>): Promise<void> {
    await this.transaction.run(async () => {
      const evidence = await this.registrations.add(userId, news);
      const user = await this.users.find(userId);
      if (user?.status !== 'pending_verification' || !suffices(evidence, user.state.isMinor)) return;
      user.activate();
      await this.users.save(user);
    });
  }
}
