import { claimsOf, type Claims } from '@edtech/platform';
import type { Mailbox } from '../../cell/mailbox.ts';
import type { Answer } from '../http-client.ts';
import { eventually, textOf, type Doors } from './doors.ts';
import type { Member, PeopleFacts, Tokens } from './member.ts';

/** Stands in every name: no process may print it. */
export const CANARY = 'canary-of-a-person';
const PASSWORD = 'Fault-Password-1';

/** What people do at identity-service for themselves. */
export class FrontDoor {
  constructor(
    private readonly doors: Doors,
    private readonly mailbox: Mailbox,
    private readonly facts: PeopleFacts,
  ) {}

  /** Somebody who registers and opens the mail. `name` is nobody else's. Undefined: it is not known whether there is an account. */
  async register(name: string): Promise<Member | undefined> {
    const email = `${name}@example.org`;
    const person = { firstName: CANARY, lastName: CANARY, birthDate: '1990-12-10', locale: 'en', timezone: 'Europe/Berlin' };
    const body = { ...person, email, password: PASSWORD, role: 'student', termsVersion: '1' };
    const answer = await this.doors.ask('identity-service', {
      method: 'POST',
      path: '/identity/register',
      body,
      key: `register-${name}`,
    });
    if (answer === undefined) return undefined;
    if (answer.status !== 202) return this.doors.expectedNot('a registration', answer);
    const member: Member = {
      userId: textOf(answer.body, 'userId'),
      email,
      verified: false,
      role: 'student',
      status: 'active',
      duties: [],
      wasAdmin: false,
      disturbed: false,
      locked: false,
      session: undefined,
    };
    this.facts.members.push(member);
    await this.#verify(member, name);
    return member;
  }

  /** The owner of an address to whom an account was given sets the password. */
  async accept(email: string): Promise<string | undefined> {
    const token = await eventually(() => this.mailbox.secretFor(email, /account was made/));
    if (token === undefined) return undefined;
    await this.doors.ask('identity-service', {
      method: 'POST',
      path: '/identity/reset-password',
      body: { token, password: PASSWORD },
      key: `accept-${token.slice(0, 32)}`,
    });
    const answer = await this.#login(email, PASSWORD);
    return answer?.status === 200 ? textOf(answer.body, 'accessToken') : undefined;
  }

  /** A token with such claims; until the account has followed what others say of it, for a minute at most. Undefined: there is none. */
  async signIn(member: Member, isEnough: (claims: Claims) => boolean = () => true): Promise<Tokens | undefined> {
    return eventually(async () => {
      const answer = await this.#login(member.email, PASSWORD);
      // Given up, or a suspension that was lifted has not been heard of.
      if (answer === undefined || (answer.code === 'ACCOUNT_DISABLED' && member.disturbed)) return undefined;
      if (answer.code === 'ACCOUNT_LOCKED') member.locked = true;
      else if (answer.status !== 200) this.doors.expectedNot('a login', answer);
      if (answer.status !== 200) return 'never';
      const session = this.#keep(member, answer.body);
      return isEnough(claimsOf(session.accessToken)) ? session : undefined;
    });
  }

  async refresh(member: Member): Promise<void> {
    const { session } = member;
    if (session === undefined) return;
    member.session = undefined;
    const { refreshToken } = session;
    const answer = await this.doors.ask('identity-service', {
      method: 'POST',
      path: '/identity/refresh',
      body: { refreshToken },
    });
    if (answer?.status === 200) this.#keep(member, answer.body);
    // An exchange whose answer was lost is, when it is repeated, that of a thief.
    else if (answer === undefined || (answer.code === 'TOKEN_REUSED' && answer.attempts > 1)) member.disturbed = true;
    else if (!member.disturbed) this.doors.expectedNot('an exchange of tokens', answer);
  }

  async logout(member: Member): Promise<void> {
    const { session } = member;
    if (session === undefined) return;
    member.session = undefined;
    const { refreshToken, sessionId } = session;
    const answer = await this.doors.ask('identity-service', { method: 'POST', path: '/identity/logout', body: { refreshToken } });
    this.facts.logouts.push({ sessionId, acknowledged: answer?.status === 204 });
    if (answer !== undefined && answer.status !== 204) this.doors.expectedNot('a logout', answer);
  }

  /** The own sessions: what a good token is good for from the first moment on. */
  async look(member: Member): Promise<void> {
    const { session } = member;
    if (session === undefined) return;
    const { accessToken: token } = session;
    const answer = await this.doors.ask('identity-service', { method: 'GET', path: '/identity/sessions', token });
    if (answer !== undefined && answer.status !== 200 && !member.disturbed) this.doors.expectedNot('a good token', answer);
  }

  async useWrongPassword(member: Member): Promise<void> {
    const answer = await this.#login(member.email, 'Not-The-Password-1');
    if (answer === undefined || answer.code === 'ACCOUNT_LOCKED') member.locked = true;
    else if (answer.code !== 'INVALID_CREDENTIALS') return this.doors.expectedNot('a wrong password', answer);
    const tried = answer?.attempts ?? Infinity;
    this.facts.wrongPasswords.push({ userId: member.userId, refused: answer?.code === 'INVALID_CREDENTIALS' ? 1 : 0, tried });
  }

  async #verify(member: Member, name: string): Promise<void> {
    const token = await eventually(() => this.mailbox.secretFor(member.email, /confirm/));
    if (token === undefined) return;
    const answer = await this.doors.ask('identity-service', {
      method: 'POST',
      path: '/identity/verify-email',
      body: { token },
      key: `verify-${name}`,
    });
    if (answer?.status === 200) member.verified = true;
    else if (answer !== undefined) this.doors.expectedNot('a verification', answer);
  }

  #login(email: string, password: string): Promise<Answer | undefined> {
    return this.doors.ask('identity-service', { method: 'POST', path: '/identity/login', body: { email, password } });
  }

  #keep(member: Member, body: unknown): Tokens {
    const accessToken = textOf(body, 'accessToken');
    const session = { accessToken, refreshToken: textOf(body, 'refreshToken'), sessionId: claimsOf(accessToken).sid };
    member.session = session;
    this.facts.logins.push({ userId: member.userId, sessionId: session.sessionId });
    return session;
  }
}
