import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, type Api, at, itemsOf, type Json, listAt, textAt } from './demo/api.ts';
import { mailedTo } from './demo/mailed-to.ts';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  /** An access token. */
  readonly token: string;
}

export interface Newcomer extends Person {
  readonly email: string;
  /** Of the registration. */
  readonly correlationId: string;
}

/** Good for everybody of a development platform; the superadmin has one of its own. */
export const PASSWORD = 'Demo-Password-1';
const PATIENCE_MS = 20_000;

/** People of a development platform: they come in by the front door, with what the mail catcher holds for them. */
export class People {
  constructor(private readonly api: Api) {}

  /** An access token. Throws an Error for anybody who is not let in. */
  async login(email: string, password = PASSWORD): Promise<string> {
    const { status, body } = await this.api.call('POST', '/identity/login', { body: { email, password } });
    if (status !== 200) throw new Error(`${email} cannot sign in: ${status} ${textAt(body, 'code')}`);
    return textAt(body, 'accessToken');
  }

  /** What registering is answered, before the mail is opened. */
  apply(role: 'student' | 'tutor', email: string): Promise<Answer> {
    const person = { firstName: 'Ada', lastName: 'Demo', birthDate: '1990-12-10', locale: 'en', timezone: 'Europe/Berlin' };
    return this.api.call('POST', '/identity/register', {
      body: { ...person, email, password: PASSWORD, role, termsVersion: '1' },
    });
  }

  /** Somebody who registers and opens the mail. */
  async register(role: 'student' | 'tutor', email: string): Promise<Newcomer> {
    const { status, headers, body } = await this.apply(role, email);
    if (status !== 202) throw new Error(`${email} is not registered: ${textAt(body, 'code')}`);
    const token = await this.#mailed(email, /confirm/);
    await this.api.call('POST', '/identity/verify-email', { body: { token } });
    const correlationId = headers.get('x-correlation-id') ?? '';
    return { id: textAt(body, 'userId'), email, correlationId, token: await this.login(email) };
  }

  /** Somebody whom an administrator created takes the account over. Answers an access token. */
  async accept(email: string, password = PASSWORD): Promise<string> {
    const token = await this.#mailed(email, /account was made|new password/);
    const { status } = await this.api.call('POST', '/identity/reset-password', { body: { token, password } });
    if (status !== 204) throw new Error(`${email} cannot set a password: ${status}`);
    return this.login(email, password);
  }

  /** Somebody who registers, whom the superadmin makes an administrator with these duties, and who has signed in again since. */
  async appoint(superadmin: string, email: string, duties: readonly string[] = []): Promise<Person> {
    const { id } = await this.register('student', email);
    const asked = async (method: string, path: string, body: Json): Promise<true | undefined> => {
      const { status, body: answer } = await this.api.call(method, path, { token: superadmin, body });
      return status === 200 || textAt(answer, 'code') === 'SAME_ROLE' ? true : undefined;
    };
    const role = { newRole: 'admin', reason: 'for development' };
    await eventually(`${email} as administrator`, () => asked('POST', `/users/${id}/role`, role));
    if (duties.length > 0)
      await eventually(`the duties of ${email}`, () => asked('PUT', `/admin/admins/${id}/duties`, { duties }));
    // Logging in until the token has them would use up what one address may do in a minute.
    await eventually(`the rights of ${email} in identity-service`, async () => {
      const claims = await this.#newestClaims(superadmin, id);
      const granted = duties.every((duty) => listAt(claims, 'duties').includes(duty));
      return textAt(claims, 'role') === 'admin' && granted ? true : undefined;
    });
    return { id, token: await this.login(email) };
  }

  /** Whether the owner of these could sign in just now. */
  async knows({ email, password }: Credentials): Promise<boolean> {
    return (await this.api.call('POST', '/identity/login', { body: { email, password } })).status === 200;
  }

  async forgotPassword(email: string): Promise<void> {
    await this.api.call('POST', '/identity/forgot-password', { body: { email } });
  }

  #mailed(email: string, subject: RegExp): Promise<string> {
    return eventually(`a mail for ${email}`, async () => tokenIn(await mailedTo(this.api, email, subject)));
  }

  /** What the next token of this user says. */
  async #newestClaims(superadmin: string, userId: string): Promise<Json> {
    const path = '/ops/identity-service/events?eventName=identity.role_claim_changed';
    const { body } = await this.api.call('GET', path, { token: superadmin });
    const changed = itemsOf(body).find((event) => textAt(event, 'aggregateId') === userId);
    return (changed && at(changed, 'payload')) ?? null;
  }
}

/** The secret of the link in a mail. */
export function tokenIn(mail: Json | undefined): string | undefined {
  return /token=([\w-]+)/.exec(textAt(mail ?? null, 'text'))?.[1];
}

export interface Claims {
  readonly sub: string;
  readonly sid: string;
  readonly role: string;
  readonly duties: readonly string[];
}

/** What an access token says, unchecked. */
export function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** Throws when it is not there within 20 s. */
async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`not seen within ${PATIENCE_MS / 1_000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the superadmin of this installation signs in with; made and kept, for its owner alone to read, when it is not there. */
export async function superadminCredentials(dataDir: string): Promise<Credentials> {
  const folder = join(dataDir, 'identity');
  const file = join(folder, 'superadmin.json');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made: Credentials = { email: 'superadmin@edtech.example', password: `Aa1-${randomBytes(18).toString('base64url')}` };
  try {
    await writeFile(file, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return JSON.parse(await readFile(file, 'utf8'));
  }
}

/**
 * A superadmin for a development platform, made as in production: by the bootstrap command, and with the mail that it leads to. Safe to repeat,
 * also after an attempt that was cut off.
 */
export async function ensureSuperadmin(
  api: Api,
  dataDir: string,
  bootstrap: (person: { email: string; firstName: string; lastName: string }) => Promise<unknown>,
): Promise<void> {
  const people = new People(api);
  const credentials = await superadminCredentials(dataDir);
  if (await people.knows(credentials)) return;
  const isNew = await bootstrap({ email: credentials.email, firstName: 'Root', lastName: 'Superadmin' }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'SUPERADMIN_EXISTS') return false;
      throw error;
    },
  );
  if (!isNew) await people.forgotPassword(credentials.email);
  await people.accept(credentials.email, credentials.password);
}
