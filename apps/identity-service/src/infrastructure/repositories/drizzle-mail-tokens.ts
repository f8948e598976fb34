import { Clock, days, hours, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { and, eq, gt } from 'drizzle-orm';
import { MailTokens, type MailPurpose } from '../../application/interfaces/mail-tokens.ts';
import { Secrets } from '../../application/interfaces/secrets.ts';
import { GUARDIAN_DAYS, PASSWORD_HOURS, VERIFICATION_DAYS } from '../../constants.ts';
import { TokenExpired } from '../../domain/errors/identity.errors.ts';
import { mailTokens } from '../database/schema.ts';

const LIVES_MS: Readonly<Record<MailPurpose, number>> = {
  verification: days(VERIFICATION_DAYS),
  password: hours(PASSWORD_HOURS),
  guardian: days(GUARDIAN_DAYS),
};

@Injectable()
export class DrizzleMailTokens extends MailTokens {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {
    super();
  }

  async issue(userId: string, purpose: MailPurpose): Promise<string> {
    const { secret, hash } = this.secrets.next();
    const expiresAt = new Date(this.clock.now().getTime() + LIVES_MS[purpose]);
    const db = await this.unitOfWork.reading();
    await db.insert(mailTokens).values({ hash, userId, purpose, expiresAt });
    return secret;
  }

  async take(token: string, purpose: MailPurpose): Promise<string> {
    const db = await this.unitOfWork.transaction();
    const [used] = await db.delete(mailTokens).where(this.#good(token, purpose)).returning({ userId: mailTokens.userId });
    if (used === undefined) throw new TokenExpired();
    await db.delete(mailTokens).where(and(eq(mailTokens.userId, used.userId), eq(mailTokens.purpose, purpose)));
    return used.userId;
  }

  async ownerOf(token: string, purpose: MailPurpose): Promise<string> {
    const db = await this.unitOfWork.reading();
    const [known] = await db.select({ userId: mailTokens.userId }).from(mailTokens).where(this.#good(token, purpose));
    if (known === undefined) throw new TokenExpired();
    return known.userId;
  }

  async forget(userId: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.delete(mailTokens).where(eq(mailTokens.userId, userId));
  }

  #good(token: string, purpose: MailPurpose): ReturnType<typeof and> {
    return and(
      eq(mailTokens.hash, this.secrets.hashOf(token)),
      eq(mailTokens.purpose, purpose),
      gt(mailTokens.expiresAt, this.clock.now()),
    );
  }
}
