import { Injectable } from '@nestjs/common';
import { OpenBookings } from '../../domain/errors/user.errors.ts';
import { OpenItems } from '../interfaces/open-items.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';
import { ownView, type UserView } from '../views/user.view.ts';

@Injectable()
export class DeactivateSelfUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly openItems: OpenItems,
  ) {}

  /** Throws NotFound, OpenBookings, UserSuspended, UserNotActive. */
  async execute(userId: string): Promise<UserView> {
    const user = await this.users.get(userId);
    if (await this.openItems.hasBookings(userId)) throw new OpenBookings(userId);
    user.deactivate();
    await this.users.save(user);
    return ownView(user);
  }
}
