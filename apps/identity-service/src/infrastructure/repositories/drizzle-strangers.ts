import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Secrets } from '../../application/interfaces/secrets.ts';
import { Strangers } from '../../application/interfaces/strangers.ts';
import { normalizedEmail } from '../../domain/value-objects/email-address.vo.ts';
import { NO_LOCKOUT, type Lockout } from '../../domain/value-objects/lockout.vo.ts';
import { strangers } from '../database/schema.ts';

@Injectable()
export class DrizzleStrangers extends Strangers {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly secrets: Secrets,
  ) {
    super();
  }

  async lockoutOf(email: string): Promise<Lockout> {
    const db = await this.unitOfWork.reading();
    const [row] = await db
      .select()
      .from(strangers)
      .where(eq(strangers.addressHash, this.#hash(email)));
    return row ?? NO_LOCKOUT;
  }

  async hold(email: string): Promise<Lockout> {
    const db = await this.unitOfWork.transaction();
    const addressHash = this.#hash(email);
    // An insert that waits for the one before it, and a row that is locked from then on.
    const [row] = await db
      .insert(strangers)
      .values({ addressHash, failedAt: [] })
      .onConflictDoUpdate({ target: strangers.addressHash, set: { addressHash } })
      .returning();
    return row ?? NO_LOCKOUT;
  }

  async save(email: string, { failedAt, lockedUntil }: Lockout): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db
      .update(strangers)
      .set({ failedAt: [...failedAt], lockedUntil })
      .where(eq(strangers.addressHash, this.#hash(email)));
  }

  #hash(email: string): string {
    return this.secrets.hashOf(normalizedEmail(email));
  }
}
