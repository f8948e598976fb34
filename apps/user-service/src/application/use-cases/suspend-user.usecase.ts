import { Transaction } from '@edtech/shared-kernel/application';
import { Injectable } from '@nestjs/common';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { viewFor, type PublicUserView, type UserView } from '../views/user.view.ts';
import { authorityOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class SuspendUserUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly transaction: Transaction,
  ) {}

  /** Throws NotFound, InvalidState, StaffProtected, LastSuperadmin. */
  async execute(
    userId: string,
    { reason, until }: { readonly reason: string; readonly until?: string | undefined },
    viewer: Viewer,
  ): Promise<UserView | PublicUserView> {
    return this.transaction.run(async () => {
      const otherSuperadmins = await this.users.otherSuperadmins(userId);
      const user = await this.users.get(userId);
      const end = until === undefined ? undefined : new Date(until);
      user.suspend({ by: authorityOf(viewer), reason, until: end, otherSuperadmins });
      await this.users.save(user);
      return viewFor(viewer, user);
    });
  }
}
