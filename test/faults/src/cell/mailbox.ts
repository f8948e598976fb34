import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseMail, type ParsedMail } from '@edtech/platform';

/** What the services of a cell have sent. Each mail is read once, however many there are and whoever asks. */
export class Mailbox {
  readonly #mails: ParsedMail[] = [];
  readonly #read = new Set<string>();
  #looking: Promise<void> | undefined;

  /** `folder` is the one of the mail catcher. */
  constructor(private readonly folder: string) {}

  /** Oldest first. */
  async mails(): Promise<readonly ParsedMail[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
    return this.#mails;
  }

  /** The secret in the newest mail of this subject to somebody; undefined: none has come yet. */
  async secretFor(email: string, subject: RegExp): Promise<string | undefined> {
    const mail = (await this.mails()).findLast((one) => one.to.includes(email) && subject.test(one.subject));
    return /token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
  }

  async #look(): Promise<void> {
    const files = (await readdir(this.folder)).filter((file) => !this.#read.has(file)).toSorted();
    for (const file of files) {
      const raw = await readFile(join(this.folder, file));
      // It is there before its content is.
      if (raw.length === 0) continue;
      this.#read.add(file);
      this.#mails.push(parseMail(raw));
    }
  }
}
