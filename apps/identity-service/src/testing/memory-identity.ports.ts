import { randomUUID } from 'node:crypto';
import { AccessTokens } from '../application/interfaces/access-tokens.ts';
import { Erasures } from '../application/interfaces/erasures.ts';
import { Guardians } from '../application/interfaces/guardians.ts';
import { IdentityProvider } from '../application/interfaces/identity-provider.ts';
import { MailTokens, type MailPurpose } from '../application/interfaces/mail-tokens.ts';
import { Registrations } from '../application/interfaces/registrations.ts';
import { Secrets } from '../application/interfaces/secrets.ts';
import { SessionRepository } from '../application/interfaces/session-repository.ts';
import { SigningKeys, type PublicKeys } from '../application/interfaces/signing-keys.ts';
import { Strangers } from '../application/interfaces/strangers.ts';
import { UserCards, type UserNews } from '../application/interfaces/user-cards.ts';
import { Erasure } from '../domain/entities/erasure.entity.ts';
import { Session } from '../domain/entities/session.entity.ts';
import { TokenExpired } from '../domain/errors/identity.errors.ts';
import { normalizedEmail } from '../domain/value-objects/email-address.vo.ts';
import { NO_LOCKOUT, type Lockout } from '../domain/value-objects/lockout.vo.ts';
import type { UserCard } from '../domain/value-objects/user-card.vo.ts';
import type { CardRow, IdentityTables } from './identity-tables.ts';

/** Secrets never become keys of rows: the same seed takes the same steps although they are made by chance. */
export class MemorySecrets extends Secrets {
  next(): { secret: string; hash: string } {
    const secret = randomUUID();
    return { secret, hash: this.hashOf(secret) };
  }

  hashOf(secret: string): string {
    return `hash of ${secret}`;
  }
}

export class MemorySessions extends SessionRepository {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async findByToken(tokenHash: string): Promise<Session | undefined> {
    const rows = await this.tables.sessions.rows();
    const row = rows.find(({ session, rotated }) => session.tokenHash === tokenHash || rotated.includes(tokenHash));
    return row && new Session(row.session);
  }

  async of(userId: string): Promise<Session[]> {
    const rows = await this.tables.sessions.rows();
    return rows.filter(({ session }) => session.userId === userId).map(({ session }) => new Session(session));
  }

  async add({ state }: Session): Promise<void> {
    for (let number = 1; ; number++) {
      if (await this.tables.sessions.insert(`${state.userId} ${number}`, { session: state, rotated: [] })) return;
    }
  }

  async rotate({ state }: Session, exchanged: string): Promise<void> {
    const key = this.#keys(({ id }) => id === state.id)[0];
    if (key === undefined) return;
    await this.tables.sessions.update(key, (row) => ({ session: state, rotated: [...(row?.rotated ?? []), exchanged] }));
  }

  async end(sessionId: string, userId: string): Promise<boolean> {
    return this.#end(({ id, userId: owner }) => id === sessionId && owner === userId);
  }

  async endAll(userId: string): Promise<void> {
    await this.#end(({ userId: owner }) => owner === userId);
  }

  async #end(which: (session: Session['state']) => boolean): Promise<boolean> {
    const keys = this.#keys(which);
    for (const key of keys) await this.tables.sessions.delete(key);
    return keys.length > 0;
  }

  #keys(which: (session: Session['state']) => boolean): string[] {
    const { sessions } = this.tables;
    return sessions.seenRows().flatMap((row) => {
      if (!which(row.session)) return [];
      for (let number = 1; ; number++) {
        const key = `${row.session.userId} ${number}`;
        if (sessions.seen(key) === row) return [key];
      }
    });
  }
}

export class MemoryMailTokens extends MailTokens {
  constructor(
    private readonly tables: IdentityTables,
    private readonly secrets: Secrets,
  ) {
    super();
  }

  async issue(userId: string, purpose: MailPurpose): Promise<string> {
    const { secret, hash } = this.secrets.next();
    await this.tables.mailTokens.update(`${userId} ${purpose}`, (row) => ({
      hashes: [...(row?.hashes ?? []), hash],
      userId,
      purpose,
    }));
    return secret;
  }

  async take(token: string, purpose: MailPurpose): Promise<string> {
    const userId = await this.ownerOf(token, purpose);
    await this.tables.mailTokens.delete(`${userId} ${purpose}`);
    return userId;
  }

  async ownerOf(token: string, purpose: MailPurpose): Promise<string> {
    const hash = this.secrets.hashOf(token);
    const rows = await this.tables.mailTokens.rows();
    const known = rows.find((row) => row.purpose === purpose && row.hashes.includes(hash));
    if (known === undefined) throw new TokenExpired();
    return known.userId;
  }

  async forget(userId: string): Promise<void> {
    for (const purpose of ['verification', 'password', 'guardian']) await this.tables.mailTokens.delete(`${userId} ${purpose}`);
  }
}

export class MemoryGuardians extends Guardians {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async remember(userId: string, email: string): Promise<void> {
    await this.tables.guardians.put(userId, { email });
  }

  async addressOf(userId: string): Promise<string | undefined> {
    return (await this.tables.guardians.get(userId))?.email;
  }

  async forget(userId: string): Promise<void> {
    await this.tables.guardians.delete(userId);
  }
}

export class MemoryStrangers extends Strangers {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async lockoutOf(email: string): Promise<Lockout> {
    return (await this.tables.strangers.get(normalizedEmail(email))) ?? NO_LOCKOUT;
  }

  async hold(email: string): Promise<Lockout> {
    return (await this.tables.strangers.lock(normalizedEmail(email))) ?? NO_LOCKOUT;
  }

  async save(email: string, lockout: Lockout): Promise<void> {
    await this.tables.strangers.put(normalizedEmail(email), lockout);
  }
}

export class MemoryProvider extends IdentityProvider {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async signUp(userId: string, _email: string, password: string): Promise<void> {
    await this.tables.credentials.put(userId, { password });
  }

  async passwordMatches(userId: string | undefined, password: string): Promise<boolean> {
    return (await this.tables.credentials.get(userId ?? 'nobody'))?.password === password;
  }

  changePassword(userId: string, email: string, password: string): Promise<void> {
    return this.signUp(userId, email, password);
  }

  async setRole(): Promise<void> {}

  async disable(): Promise<void> {}

  async enable(): Promise<void> {}

  async signOutEverywhere(): Promise<void> {}

  async remove(userId: string): Promise<void> {
    await this.tables.credentials.delete(userId);
  }
}

/** The simulated bus delivers what it has taken, sooner or later: nothing needs to be published again. */
export class ReliableRegistrations extends Registrations {
  async publishAgain(): Promise<void> {}
}

export class NoSigningKeys extends SigningKeys {
  async published(): Promise<PublicKeys> {
    return { keys: [] };
  }

  async rotate(): Promise<void> {}
}

export class PlainAccessTokens extends AccessTokens {
  async issue({ userId }: { readonly userId: string }): Promise<string> {
    return `token of ${userId}`;
  }
}

export class MemoryIdentityErasures extends Erasures {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async confirm(userId: string): Promise<void> {
    if ((await this.tables.erasures.get(userId)) !== undefined) return;
    const { database, erasures } = this.tables;
    await database.save(Erasure.confirm(userId), Erasure.AGGREGATE_TYPE, erasures, { id: userId });
  }
}

/** Twin of the cards over Postgres: each group keeps the newest, whatever the order. */
export class MemoryIdentityCards extends UserCards {
  constructor(private readonly tables: IdentityTables) {
    super();
  }

  async learn(news: UserNews): Promise<UserCard> {
    return this.tables.cards.update(news.userId, (row) => withNews(row ?? unknown(news.userId), news));
  }

  async erase(userId: string): Promise<void> {
    await this.tables.cards.update(userId, (row) => ({ ...(row ?? unknown(userId)), person: undefined, erased: true }));
  }

  async find(userId: string): Promise<UserCard | undefined> {
    return this.tables.cards.get(userId);
  }
}

function withNews(row: CardRow, { version, person, role, suspended, duties, tutorVerified }: UserNews): CardRow {
  return {
    ...row,
    ...(person !== undefined && version > row.personVersion
      ? { personVersion: version, person: row.erased ? undefined : person }
      : {}),
    ...(role !== undefined && version > row.roleVersion ? { roleVersion: version, role } : {}),
    ...(suspended !== undefined && version > row.standingVersion ? { standingVersion: version, suspended } : {}),
    ...(duties !== undefined && version > row.dutiesVersion ? { dutiesVersion: version, duties } : {}),
    ...(tutorVerified !== undefined && version > row.tutorVersion ? { tutorVersion: version, tutorVerified } : {}),
  };
}

function unknown(userId: string): CardRow {
  const versions = { personVersion: 0, roleVersion: 0, standingVersion: 0, dutiesVersion: 0, tutorVersion: 0 };
  const facts = { person: undefined, role: undefined, suspended: false, duties: [], tutorVerified: false, erased: false };
  return { userId, ...versions, ...facts };
}
