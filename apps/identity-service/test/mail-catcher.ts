import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface CaughtMail {
  readonly to: string;
  readonly subject: string;
  readonly messageId: string;
  /** The secret in its link, if it has one. */
  readonly token: string | undefined;
}

/** A mail server that keeps what it gets in memory. */
export class CatchingServer {
  readonly mails: CaughtMail[] = [];
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onData: (stream, _session, done) => {
        buffer(stream)
          .then((raw) => this.mails.push(read(raw.toString('utf8'))))
          .then(() => done(), done);
      },
    });
  }

  static async start(): Promise<CatchingServer> {
    const catcher = new CatchingServer();
    catcher.#server.listen(0, '127.0.0.1');
    await once(catcher.#server.server, 'listening');
    return catcher;
  }

  get url(): string {
    const address = this.#server.server.address();
    return `smtp://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  /** The newest mail to `address` whose subject fits, as soon as it is there. */
  async mailTo(address: string, subject: RegExp, count = 1): Promise<CaughtMail> {
    for (const until = Date.now() + 15_000; Date.now() < until;) {
      const found = this.mails.filter((mail) => mail.to === address && subject.test(mail.subject));
      const newest = found.at(-1);
      if (newest !== undefined && found.length >= count) return newest;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no mail to ${address} about ${subject} came`);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function read(raw: string): CaughtMail {
  const text = raw
    .replace(/\r?\n(?=[ \t])/g, '')
    .replace(/=\r?\n/g, '')
    .replaceAll('=3D', '=');
  const header = (name: string): string => new RegExp(`^${name}: *(.*)$`, 'im').exec(text)?.[1]?.trim() ?? '';
  return {
    to: header('To'),
    subject: header('Subject'),
    messageId: header('Message-ID').replace(/^<|>$/g, ''),
    token: /token=([\w-]+)/.exec(text)?.[1],
  };
}
