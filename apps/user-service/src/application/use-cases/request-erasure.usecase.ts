import { Injectable } from '@nestjs/common';
import { Clock, days } from '@edtech/shared-kernel/application';
import { ERASURE_DAYS } from '../../constants.ts';
import { OpenBalance, OpenBookings } from '../../domain/errors/user.errors.ts';
import { OpenItems } from '../interfaces/open-items.ts';
import { UserRepository } from '../interfaces/repository.interface.ts';

@Injectable()
export class RequestErasureUseCase {
  constructor(
    private readonly users: UserRepository,
    private readonly openItems: OpenItems,
    private readonly clock: Clock,
  ) {}

  /** Asked again, it answers the first date. Throws NotFound, OpenBookings, OpenBalance, InvalidState, and what OpenItems throws. */
  async execute(userId: string): Promise<{ erasureDueAt: string | null }> {
    const user = await this.users.get(userId);
    if (await this.openItems.hasBookings(userId)) throw new OpenBookings(userId);
    if (await this.openItems.hasBalance(userId)) throw new OpenBalance(userId);
    user.requestErasure(new Date(this.clock.now().getTime() + days(ERASURE_DAYS)));
    await this.users.save(user);
    return { erasureDueAt: user.state.erasureDueAt };
  }
}
