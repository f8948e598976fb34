import { Injectable } from '@nestjs/common';
import { AdminUserRepository } from '../interfaces/repository.interface.ts';
import { adminUserView, type AdminUserView } from '../views/admin-user.view.ts';

@Injectable()
export class ListAdminsUseCase {
  constructor(private readonly admins: AdminUserRepository) {}

  async execute(): Promise<{ items: AdminUserView[] }> {
    return { items: (await this.admins.all()).map(adminUserView) };
  }
}
