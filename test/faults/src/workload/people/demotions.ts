import { setTimeout as sleep } from 'node:timers/promises';
import type { Cell } from '../../cell/cell.ts';
import { eventually, type PeopleService } from './doors.ts';
import type { Member } from './member.ts';
import { administrator, type PeopleWorkload } from './people-workload.ts';

/** How an administrator loses rights: each way in turn. */
const LOSSES = ['role', 'duties', 'standing'] as const;
type Loss = (typeof LOSSES)[number];

export interface Demotion {
  readonly loss: Loss;
  /** From the acknowledgement until the last replica of all services has refused the old token. */
  readonly seconds: number;
  /** The last one. */
  readonly replica: string;
}

interface Door {
  readonly replica: string;
  readonly url: string;
}

/** What an administrator with the duty may see in each service, and nobody else but a superadmin, apart from the own sessions. */
const ASKED: Readonly<Record<PeopleService, string>> = {
  'identity-service': '/identity/sessions',
  'user-service': '/users?limit=1',
  'admin-service': '/admin/verifications?limit=1',
  'tutor-service': '/ops/parked',
};
const ASK_EVERY_MS = 100;
const ANSWER_WITHIN_MS = 2_000;
/** For so long after the last refusal the old token is tried again: what was refused must stay refused. */
const STAYS_REFUSED_MS = 1_500;
const DUTY = ['verification'] as const;

/** Administrators who lose their rights again and again, while their old tokens are tried at every replica. */
export class Demotions {
  readonly done: Demotion[] = [];
  /** Rights that lasted too long or came back, and good tokens that were refused. */
  readonly failures: string[] = [];
  readonly #doors: readonly Door[];
  readonly #stop = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    cell: Cell,
    private readonly people: PeopleWorkload,
    /** How long an old token may be accepted. */
    private readonly withinMs: number,
  ) {
    this.#doors = Object.entries(ASKED).flatMap(([name, path]) =>
      cell.service(name).urls.map((url, index) => ({ replica: `${name} ${index + 1}`, url: `${url}${path}` })),
    );
  }

  start(administrators: number): void {
    this.#running = Promise.all(Array.from({ length: administrators }, (_, watched) => this.#watch(watched)));
  }

  /** Each of them has lost its rights at least once by then. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #watch(watched: number): Promise<void> {
    const { frontDoor, backOffice } = this.people;
    let turn = watched;
    const next = (): Loss => LOSSES[turn++ % LOSSES.length] ?? 'role';
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      const admin = await administrator(frontDoor, backOffice, `watched-${watched}-${n}`);
      while (admin !== undefined && (await this.#demote(admin, next())) && !this.#stop.signal.aborted) await sleep(100);
    }
  }

  /** False: it is not known what became of the administrator. */
  async #demote(admin: Member, loss: Loss): Promise<boolean> {
    const { backOffice, frontDoor } = this.people;
    const token = admin.session?.accessToken ?? '';
    if (!(await this.#isAdmittedEverywhere(token))) return false;
    const acknowledged = await {
      role: () => backOffice.changeRole(admin, 'student'),
      duties: () => backOffice.grant(admin, []),
      standing: () => backOffice.suspend(admin, 'user-service'),
    }[loss]();
    if (!acknowledged) return false;
    await this.#measure(loss, token, performance.now());
    const restored = await {
      role: async () => (await backOffice.changeRole(admin, 'admin')) && backOffice.grant(admin, DUTY),
      duties: () => backOffice.grant(admin, DUTY),
      standing: () => backOffice.reactivate(admin),
    }[loss]();
    if (!restored) return false;
    const session = await frontDoor.signIn(admin, ({ role, duties }) => role === 'admin' && duties.includes('verification'));
    await Promise.all(this.#doors.map((door) => this.#mustNotAdmit(door, token, 'after the rights were given again')));
    return session !== undefined;
  }

  /** Every replica has to let the token in before it can show that it lets it in no more. */
  async #isAdmittedEverywhere(token: string): Promise<boolean> {
    const verdicts = await Promise.all(
      this.#doors.map(async (door) => {
        const status = await eventually(async () => {
          const answered = await ask(door, token);
          return answered === 200 || answered === 401 || answered === 403 ? answered : undefined;
        });
        if (status !== 200) this.failures.push(`${door.replica} answered a good token of an administrator ${status}`);
        return status === 200;
      }),
    );
    return verdicts.every(Boolean);
  }

  async #measure(loss: Loss, token: string, since: number): Promise<void> {
    const times = await Promise.all(this.#doors.map((door) => this.#untilRefused(door, token, since)));
    await sleep(STAYS_REFUSED_MS);
    await Promise.all(this.#doors.map((door) => this.#mustNotAdmit(door, token, `after the loss of the ${loss} was known`)));
    const refused = times.filter((time) => time !== undefined);
    const last = refused.toSorted((a, b) => b.seconds - a.seconds)[0];
    if (last !== undefined) this.done.push({ loss, ...last });
  }

  async #untilRefused(door: Door, token: string, since: number): Promise<Omit<Demotion, 'loss'> | undefined> {
    for (let admitted = false; ; await sleep(ASK_EVERY_MS)) {
      const status = await ask(door, token);
      const ms = performance.now() - since;
      if (status === 401 || status === 403) return { seconds: ms / 1_000, replica: door.replica };
      admitted ||= status === 200;
      if (ms < this.withinMs) continue;
      const reason = status === 200 ? 'still lets in' : admitted ? 'has not refused' : 'has not answered';
      this.failures.push(`${door.replica} ${reason} the old token ${(ms / 1_000).toFixed(0)} s after the rights were lost`);
      return undefined;
    }
  }

  async #mustNotAdmit(door: Door, token: string, when: string): Promise<void> {
    if ((await ask(door, token)) === 200) this.failures.push(`${door.replica} lets the old token in again, ${when}`);
  }
}

/** The status of the answer; undefined: there was none. */
async function ask({ url }: Door, token: string): Promise<number | undefined> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const { status, body } = await fetch(url, { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    await body?.cancel();
    return status;
  } catch {
    return undefined;
  }
}
