import { Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { ConcurrencyConflict, DomainError } from '@edtech/shared-kernel/domain';
import type { IdentityRegistered } from '@edtech/contracts';
import { RefusedRegistration } from '../../domain/entities/refused-registration.entity.ts';
import { User } from '../../domain/entities/user.entity.ts';
import { suffices } from '../../domain/value-objects/registration-evidence.vo.ts';
import { UserRole } from '../../domain/value-objects/user-role.vo.ts';
import { RegistrationRepository } from '../interfaces/registration-repository.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class RegisterUserUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly registrations: RegistrationRepository,
    private readonly transaction: Transaction,
  ) {}

  /**
   * Creates the user that identity-service has registered, under the same id, and active if the address is verified by now. A rule that
   * refuses it is recorded as `user.creation_failed`, once. A registration that was cancelled, or is known, changes nothing.
   */
  async execute(registration: IdentityRegistered): Promise<void> {
    const { userId, requestedRole, termsVersion: _, ...person } = registration;
    await this.transaction.run(async () => {
      const evidence = await this.registrations.add(userId, 'registered');
      const known = (await this.registrations.isRefused(userId)) || (await this.users.find(userId)) !== undefined;
      if (known || evidence.has('cancelled')) return;
      try {
        const user = User.create({ ...person, id: userId, role: UserRole.fromString(requestedRole), by: 'self' });
        if (suffices(evidence, person.isMinor)) user.activate();
        await this.users.save(user);
      } catch (error) {
        if (!(error instanceof DomainError) || error instanceof ConcurrencyConflict) throw error;
        await this.registrations.saveRefusal(RefusedRegistration.because(userId, error.code));
      }
    });
  }
}
