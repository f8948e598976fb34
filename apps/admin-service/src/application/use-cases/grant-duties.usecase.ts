import { Injectable } from '@nestjs/common';
import { AdminUserRepository } from '../interfaces/repository.interface.ts';
import { adminUserView, type AdminUserView } from '../views/admin-user.view.ts';

@Injectable()
export class GrantDutiesUseCase {
  constructor(private readonly admins: AdminUserRepository) {}

  /** All duties from now on. Throws NotFound, PreconditionFailed, UnknownDuty, AdminNotActive. */
  async execute(userId: string, duties: readonly string[], expectedVersion?: number): Promise<AdminUserView> {
    const admin = await this.admins.get(userId);
    admin.expectVersion(expectedVersion);
    admin.grant(duties);
    await this.admins.save(admin);
    return adminUserView(admin);
  }
}
