import { Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { User } from '../../domain/entities/user.entity.ts';
import { SuperadminExists } from '../../domain/errors/user.errors.ts';
import { UserRole } from '../../domain/value-objects/user-role.vo.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';

export interface FirstSuperadmin {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** The beginning of all rights: every other superadmin is made by one. Its owner sets the password with the mail of identity-service. */
@Injectable()
export class BootstrapSuperadminUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Once per installation, whoever asks at the same time. Throws SuperadminExists, EmailTaken, ProfileRuleViolated. */
  async execute(person: FirstSuperadmin): Promise<{ userId: string }> {
    return this.transaction.run(async () => {
      if (await this.users.hasSuperadmin()) throw new SuperadminExists();
      const role = UserRole.fromString('superadmin');
      const user = User.create({ ...person, id: crypto.randomUUID(), role, by: 'superadmin', status: 'active' });
      await this.users.save(user);
      return { userId: user.id };
    });
  }
}
