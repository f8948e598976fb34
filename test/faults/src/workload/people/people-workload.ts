import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { bootstrapSuperadmin } from '@edtech/user-service';
import type { Cell } from '../../cell/cell.ts';
import type { ClientErrors } from '../http-client.ts';
import { BackOffice } from './back-office.ts';
import { Doors } from './doors.ts';
import { CANARY, FrontDoor } from './front-door.ts';
import { noFacts, type Member, type PeopleFacts } from './member.ts';
import { drawDecision, Teaching } from './teaching.ts';

export interface PeopleLoad {
  readonly clients: number;
  /** Each client waits up to so long between two acts. */
  readonly pauseMs: number;
  /** How many members a client looks after before it registers no more. */
  readonly members: number;
}

type Act = 'register' | 'session' | 'wrong password' | 'role' | 'duties' | 'standing' | 'hand in';

/** What a client does, and how often. */
const ACTS = (
  [
    ['register', 16],
    ['session', 34],
    ['wrong password', 4],
    ['role', 18],
    ['duties', 12],
    ['standing', 12],
    ['hand in', 4],
  ] satisfies readonly [Act, number][]
).flatMap(([act, weight]) => Array.from({ length: weight }, () => act));
const DUTIES = ['verification', 'support', 'compliance'] as const;
const SUPERADMIN = 'superadmin@example.org';

/**
 * People who register and sign in, and a superadmin who changes what they may. Each member belongs to one client, which does one thing at a
 * time: so it is known what must come out, while the clients together keep every service busy.
 */
export class PeopleWorkload {
  operations = 0;
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  readonly #beside: Promise<unknown>[] = [];

  private constructor(
    private readonly random: SeededRandom,
    private readonly load: PeopleLoad,
    readonly facts: PeopleFacts,
    readonly doors: Doors,
    readonly frontDoor: FrontDoor,
    readonly backOffice: BackOffice,
    private readonly teaching: Teaching,
  ) {}

  /** With the superadmin of the bootstrap command, whom the mail has let in, and an administrator who decides about tutors. */
  static async open(cell: Cell, random: SeededRandom, load: PeopleLoad): Promise<PeopleWorkload> {
    const doors = new Doors(cell);
    const facts = noFacts();
    const frontDoor = new FrontDoor(doors, cell.mailbox, facts);
    await bootstrapSuperadmin({ email: SUPERADMIN, firstName: CANARY, lastName: CANARY }, cell.service('user-service').env);
    const token = await frontDoor.accept(SUPERADMIN);
    if (token === undefined) throw new Error('the superadmin cannot sign in');
    const backOffice = new BackOffice(doors, facts, token);
    const reviewer = await administrator(frontDoor, backOffice, 'reviewer');
    if (reviewer === undefined) throw new Error(`nobody can be made administrator: ${doors.unexpected.join(', ')}`);
    const teaching = new Teaching(doors, frontDoor, facts, reviewer.session?.accessToken ?? '');
    return new PeopleWorkload(random, load, facts, doors, frontDoor, backOffice, teaching);
  }

  get errors(): ClientErrors {
    return this.doors.errors;
  }

  start(): void {
    this.#running = Promise.all(Array.from({ length: this.load.clients }, (_, client) => this.#client(`client-${client}`)));
  }

  /** Lets every client finish what it has begun. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#beside);
  }

  /** Somebody new becomes a tutor and hands papers in, beside what the clients do. */
  handIn(): void {
    this.#beside.push(this.#newTutor());
  }

  async #newTutor(): Promise<boolean> {
    const tutor = await this.frontDoor.register(`candidate-${this.#beside.length}`);
    if (tutor?.verified !== true || !(await this.backOffice.changeRole(tutor, 'tutor')) || !(await this.teaching.prepare(tutor)))
      return false;
    return (await this.teaching.submit(tutor)) !== undefined;
  }

  async #client(name: string): Promise<void> {
    const random = this.random.fork(name);
    const members: Member[] = [];
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      const act = members.length < 2 ? 'register' : random.pick(ACTS);
      await this.#act(act, members, `${name}-${n}`, random);
      this.operations++;
      await sleep(random.int(this.load.pauseMs + 1));
    }
  }

  async #act(act: Act, members: Member[], name: string, random: SeededRandom): Promise<unknown> {
    if (act === 'register') return this.#register(members, name);
    const known = members.filter(({ role, status, locked }) => role !== undefined && status !== undefined && !locked);
    if (known.length === 0) return this.#register(members, name);
    const member = random.pick(known);
    if (member.status === 'suspended') return this.backOffice.reactivate(member);
    switch (act) {
      case 'session':
        return this.#useSession(member, random);
      case 'wrong password':
        return this.#mistype(member);
      case 'role':
        return this.#changeRole(member, random);
      case 'duties':
        return this.#changeDuties(member, random);
      case 'standing':
        return this.backOffice.suspend(member, random.pick(['user-service', 'admin-service'] as const));
      case 'hand in':
        return this.#handIn(member, random);
    }
  }

  async #register(members: Member[], name: string): Promise<void> {
    if (members.length >= this.load.members) return;
    const member = await this.frontDoor.register(name);
    if (member?.verified === true) members.push(member);
  }

  async #useSession(member: Member, random: SeededRandom): Promise<void> {
    if (member.session === undefined || random.chance(0.3)) await this.frontDoor.signIn(member);
    await this.frontDoor.look(member);
    if (random.chance(0.4)) await this.frontDoor.refresh(member);
    if (random.chance(0.3)) await this.frontDoor.logout(member);
  }

  /** Once for each member: the third failure would lock the account. */
  async #mistype(member: Member): Promise<void> {
    if (this.facts.wrongPasswords.some(({ userId }) => userId === member.userId)) return;
    await this.frontDoor.useWrongPassword(member);
  }

  /** Often several times at once, so that the bus has something of one member to bring out of order. */
  async #changeRole(member: Member, random: SeededRandom): Promise<void> {
    do {
      const next = member.role === 'admin' ? (['student', 'tutor'] as const) : (['student', 'tutor', 'admin'] as const);
      await this.backOffice.changeRole(member, random.pick(next.filter((role) => role !== member.role)));
    } while (member.role !== undefined && random.chance(0.5));
    await this.#changeDuties(member, random);
  }

  async #changeDuties(member: Member, random: SeededRandom): Promise<void> {
    if (member.role !== 'admin') return;
    const duties = DUTIES.filter(() => random.chance(0.5));
    await this.backOffice.grant(member, duties);
  }

  /** Once for each tutor: a profile that was approved cannot be handed in again. */
  async #handIn(member: Member, random: SeededRandom): Promise<void> {
    if (this.facts.submissions.some(({ tutorId }) => tutorId === member.userId)) return;
    if (member.role === 'student' && !(await this.backOffice.changeRole(member, 'tutor'))) return;
    if (member.role !== 'tutor' || !(await this.teaching.prepare(member))) return;
    if ((await this.teaching.submit(member)) !== undefined) await this.teaching.decide(member.userId, drawDecision(random));
  }
}

/** Somebody who registers, is made an administrator with the duty to check tutors, and has signed in as one. */
export async function administrator(frontDoor: FrontDoor, backOffice: BackOffice, name: string): Promise<Member | undefined> {
  const member = await frontDoor.register(name);
  if (member?.verified !== true || !(await backOffice.changeRole(member, 'admin'))) return undefined;
  if (!(await backOffice.grant(member, ['verification']))) return undefined;
  const session = await frontDoor.signIn(member, ({ role, duties }) => role === 'admin' && duties.includes('verification'));
  return session === undefined ? undefined : member;
}
