import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { IdentityProvider } from '../../application/interfaces/identity-provider.ts';
import { credentials } from '../database/schema.ts';
import { hashPassword, passwordMatches } from '../passwords/argon2-passwords.ts';

/** Keeps the passwords itself. There is nobody else to tell of roles and standing: the accounts table says them. */
@Injectable()
export class LocalIdentityProvider extends IdentityProvider {
  #nobodys: Promise<string> | undefined;

  constructor(private readonly unitOfWork: UnitOfWork) {
    super();
  }

  async signUp(userId: string, _email: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    const db = await this.unitOfWork.transaction();
    await db
      .insert(credentials)
      .values({ userId, passwordHash })
      .onConflictDoUpdate({ target: credentials.userId, set: { passwordHash } });
  }

  async passwordMatches(userId: string | undefined, password: string): Promise<boolean> {
    const known = await this.#hashOf(userId ?? NOBODY);
    const matches = await passwordMatches(password, known ?? (await (this.#nobodys ??= hashPassword(crypto.randomUUID()))));
    return matches && known !== undefined;
  }

  changePassword(userId: string, email: string, password: string): Promise<void> {
    return this.signUp(userId, email, password);
  }

  async setRole(): Promise<void> {}

  async disable(): Promise<void> {}

  async enable(): Promise<void> {}

  async signOutEverywhere(): Promise<void> {}

  async remove(userId: string): Promise<void> {
    const db = await this.unitOfWork.transaction();
    await db.delete(credentials).where(eq(credentials.userId, userId));
  }

  async #hashOf(userId: string): Promise<string | undefined> {
    const db = await this.unitOfWork.reading();
    const [row] = await db.select().from(credentials).where(eq(credentials.userId, userId));
    return row?.passwordHash;
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
