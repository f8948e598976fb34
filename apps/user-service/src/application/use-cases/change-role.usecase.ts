import { Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { UserRole } from '../../domain/value-objects/user-role.vo.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { viewFor, type PublicUserView, type UserView } from '../views/user.view.ts';
import { authorityOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class ChangeRoleUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Throws NotFound, UserNotActive, SameRole, ForbiddenTransition, LastSuperadmin. */
  async execute(userId: string, newRole: string, reason: string, viewer: Viewer): Promise<UserView | PublicUserView> {
    return this.transaction.run(async () => {
      // Counted first: its lock waits for whoever is changing this superadmin, and then the user is read as it is.
      const otherSuperadmins = await this.users.otherSuperadmins(userId);
      const user = await this.users.get(userId);
      user.changeRole(UserRole.fromString(newRole), { by: authorityOf(viewer), reason, otherSuperadmins });
      await this.users.save(user);
      return viewFor(viewer, user);
    });
  }
}
