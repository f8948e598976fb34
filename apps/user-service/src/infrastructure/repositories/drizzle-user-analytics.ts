import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@edtech/shared-kernel';
import { sql } from 'drizzle-orm';
import { UserAnalytics } from '../../application/interfaces/user-analytics.ts';
import { noShows, userAnalytics } from '../database/schema.ts';

@Injectable()
export class DrizzleUserAnalytics extends UserAnalytics {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async registered(userId: string, role: string, registeredAt: Date): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db
      .insert(userAnalytics)
      .values({ userId, role, registeredAt, registrations: 1 })
      .onConflictDoUpdate({ target: userAnalytics.userId, set: { registrations: sql`${userAnalytics.registrations} + 1` } });
  }

  async noShow(tutorId: string, who: 'tutor' | 'student'): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db
      .insert(noShows)
      .values({ tutorId, who, count: 1 })
      .onConflictDoUpdate({ target: [noShows.tutorId, noShows.who], set: { count: sql`${noShows.count} + 1` } });
  }
}
