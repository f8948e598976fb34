import { days, hours, minutes, UnitOfWork, type Clock } from '@edtech/shared-kernel';
import type { OnModuleInit } from '@nestjs/common';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import { SigningKeys, type PublicKeys } from '../../application/interfaces/signing-keys.ts';
import { ACCESS_SECONDS } from '../../constants.ts';
import { signingKeys } from '../database/schema.ts';
import type { KeyVault } from './key-vault.ts';

export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

const ROTATE_AFTER = days(30);
/** Before it signs, a key is published for as long as verifiers may remember the keys that they have fetched. */
const PUBLISH_AHEAD = minutes(15);
const STILL_VALID = ACCESS_SECONDS * 1_000 + hours(1);

/**
 * Ed25519 keys in the database, sealed by the vault. Keys of another vault are none: neither published nor used, so what was made in
 * development counts nowhere else.
 */
export class DrizzleSigningKeys extends SigningKeys implements OnModuleInit {
  readonly #opened = new Map<string, SigningKey>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: KeyVault,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** There is a key before the first request. */
  async onModuleInit(): Promise<void> {
    await this.rotate();
  }

  async published(): Promise<PublicKeys> {
    return { keys: (await this.#rows()).map(({ publicJwk }) => publicJwk) };
  }

  /** The newest key that has been published for long enough. */
  async signer(): Promise<SigningKey> {
    const now = this.clock.now();
    const rows = await this.#rows();
    const row = rows.find(({ signsFrom }) => signsFrom <= now) ?? rows.at(-1);
    if (row === undefined)
      throw new Error('there is no key to sign tokens with; start a process of this service, which makes one');
    const known = this.#opened.get(row.kid);
    if (known !== undefined) return known;
    const key = await importJWK(JSON.parse(this.vault.open(row.sealedKey)), 'EdDSA');
    if (key instanceof Uint8Array) throw new Error(`signing key ${row.kid} is not an Ed25519 key`);
    const opened = { kid: row.kid, key };
    this.#opened.set(row.kid, opened);
    return opened;
  }

  async rotate(): Promise<void> {
    await this.unitOfWork.run(async () => {
      const db = await this.unitOfWork.transaction();
      await db.execute(sql`SELECT pg_advisory_xact_lock(hashtext('identity-service.signing-keys'))`);
      const now = this.clock.now();
      const [newest] = await this.#rows();
      if (newest === undefined) await this.#add(now, now);
      else if (newest.createdAt.getTime() + ROTATE_AFTER <= now.getTime())
        await this.#add(now, new Date(now.getTime() + PUBLISH_AHEAD));
      const expired = new Date(now.getTime() - STILL_VALID);
      const successor = (await this.#rows()).find(({ signsFrom }) => signsFrom <= expired);
      if (successor === undefined) return;
      await db
        .delete(signingKeys)
        .where(and(eq(signingKeys.sealedWith, this.vault.id), lt(signingKeys.createdAt, successor.createdAt)));
    });
  }

  async #add(createdAt: Date, signsFrom: Date): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealedKey = this.vault.seal(JSON.stringify(await exportJWK(privateKey)));
    const publicJwk = { ...jwk, kid, alg: 'EdDSA', use: 'sig' };
    const db = await this.unitOfWork.transaction();
    await db.insert(signingKeys).values({ kid, publicJwk, sealedKey, sealedWith: this.vault.id, createdAt, signsFrom });
  }

  /** Newest first. */
  async #rows(): Promise<(typeof signingKeys.$inferSelect)[]> {
    const db = await this.unitOfWork.reading();
    return db.select().from(signingKeys).where(eq(signingKeys.sealedWith, this.vault.id)).orderBy(desc(signingKeys.createdAt));
  }
}
