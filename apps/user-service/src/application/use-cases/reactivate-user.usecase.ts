import { Injectable } from '@nestjs/common';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { viewFor, type PublicUserView, type UserView } from '../views/user.view.ts';
import { authorityOf, type Viewer } from '../views/viewer.ts';

@Injectable()
export class ReactivateUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws NotFound, InvalidState, StaffProtected, and UserSuspended for somebody who lifts the own suspension. */
  async execute(userId: string, viewer: Viewer): Promise<UserView | PublicUserView> {
    const user = await this.users.get(userId);
    user.reactivate(viewer.id === userId ? 'self' : authorityOf(viewer));
    await this.users.save(user);
    return viewFor(viewer, user);
  }
}
