import { Injectable } from '@nestjs/common';
import { AdminUser } from '../../domain/entities/admin-user.entity.ts';
import { KnownUsers } from '../interfaces/known-users.interface.ts';
import { AdminUserRepository, VerificationCaseRepository } from '../interfaces/repository.interface.ts';

/**
 * An administrator is one here as long as the user has the role; of a new tutor a profile is expected. What the role was before says nothing: an
 * event in between may have been overtaken by this one, and does not come any more.
 */
@Injectable()
export class FollowRoleUseCase {
  constructor(
    private readonly users: KnownUsers,
    private readonly admins: AdminUserRepository,
    private readonly cases: VerificationCaseRepository,
  ) {}

  async execute(userId: string, newRole: string): Promise<void> {
    if (!(await this.users.hold(userId))) return;
    if (newRole === 'tutor' && (await this.cases.ofAttempt(userId, 1)) === undefined) await this.users.expectProfile(userId);
    else await this.users.expectNoProfile(userId);
    if (newRole === 'admin') await this.#appoint(userId);
    else await this.#deactivate(userId);
  }

  async #appoint(userId: string): Promise<void> {
    const known = await this.admins.find(userId);
    known?.appoint();
    await this.admins.save(known ?? AdminUser.create(userId));
  }

  async #deactivate(userId: string): Promise<void> {
    const admin = await this.admins.find(userId);
    if (admin === undefined) return;
    admin.deactivate('role_changed');
    await this.admins.save(admin);
  }
}
