import { Injectable } from '@nestjs/common';
import { UserRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class EraseUserUseCase {
  constructor(private readonly users: UserRepository) {}

  /** Forgets the person in this service's rows; what the log holds of the past stays until the log is encrypted per subject. */
  async execute(userId: string): Promise<void> {
    const user = await this.users.get(userId);
    user.erase();
    await this.users.save(user);
  }
}
