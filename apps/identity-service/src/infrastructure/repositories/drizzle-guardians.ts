import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Guardians } from '../../application/interfaces/guardians.ts';
import { guardians } from '../database/schema.ts';

@Injectable()
export class DrizzleGuardians extends Guardians {
  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async remember(userId: string, email: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.insert(guardians).values({ userId, email });
  }

  async addressOf(userId: string): Promise<string | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(guardians).where(eq(guardians.userId, userId));
    return row?.email;
  }

  async forget(userId: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.delete(guardians).where(eq(guardians.userId, userId));
  }
}
