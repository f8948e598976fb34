import { Mailer, type Mail } from '../../application/mailer.ts';
import type { SeededRandom } from '../faults/seeded-random.ts';
import type { Scheduler } from './scheduler.ts';

const MOST_FAILURES = 2;

/** The world outside: what it was sent it keeps, whatever becomes of the sender. It fails before or after it took a mail. */
export class SimulatedMailer extends Mailer {
  /** By `messageId`: the same mail twice is one mail. */
  mails = new Map<string, Mail>();
  #failures = new Map<string, number>();
  #run: { readonly scheduler: Scheduler; readonly random: SeededRandom; readonly failing: number } | undefined;

  constructor(private readonly owner: string) {
    super();
  }

  begin(scheduler: Scheduler, random: SeededRandom, failing: number): void {
    this.mails = new Map();
    this.#failures = new Map();
    this.#run = { scheduler, random, failing };
  }

  override async send(mail: Mail): Promise<void> {
    const run = this.#run;
    if (run === undefined) throw new Error(`the simulation of ${this.owner} has not begun`);
    await run.scheduler.step(this.owner, `mail ${mail.subject}`);
    this.#mayFail(mail.messageId, 'the mail server is away');
    this.mails.set(mail.messageId, mail);
    await run.scheduler.step(this.owner, `mailed ${mail.subject}`);
    this.#mayFail(mail.messageId, 'the answer of the mail server was lost');
  }

  /** Not so often that the sender would give up. */
  #mayFail(messageId: string, reason: string): void {
    const failures = this.#failures.get(messageId) ?? 0;
    if (this.#run === undefined || failures >= MOST_FAILURES || !this.#run.random.chance(this.#run.failing)) return;
    this.#failures.set(messageId, failures + 1);
    throw new Error(reason);
  }
}
