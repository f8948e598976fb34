import { Injectable } from '@nestjs/common';
import { UserStatus, type StatusChange } from '../interfaces/user-status.interface.ts';

@Injectable()
export class SetUserStatusUseCase {
  constructor(private readonly users: UserStatus) {}

  /** Throws what user-service refuses. */
  execute(userId: string, change: StatusChange, bearer: string): Promise<{ userId: string; status: string }> {
    return this.users.change(userId, change, bearer);
  }
}
