import { Injectable } from '@nestjs/common';
import { UserRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class ChangeBadgeUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Throws NotFound. */
  async execute(userId: string, tutorVerified: boolean): Promise<void> {
    const user = await this.users.get(userId);
    user.changeBadge(tutorVerified);
    await this.users.save(user);
  }
}
