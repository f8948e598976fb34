import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { parseMail, type ParsedMail } from './parse-mail.ts';

export interface CaughtMail extends ParsedMail {
  readonly receivedAt: string;
}

/** A mail server that delivers nothing: it keeps each mail as a file, so that what would have been sent can be read. */
export class MailCatcher {
  private constructor(
    private readonly server: SMTPServer,
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(folder: string, port: number): Promise<MailCatcher> {
    await mkdir(folder, { recursive: true });
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onData(stream, _session, done) {
        buffer(stream)
          .then((raw) => writeFile(join(folder, `${Date.now()}-${randomUUID()}.eml`), raw))
          .then(() => done(), done);
      },
    });
    server.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', (error) =>
        reject(new Error(`the mail catcher cannot listen on 127.0.0.1:${port}: ${error.message}`, { cause: error })),
      );
      server.listen(port, '127.0.0.1', () => resolve());
    });
    const address = server.server.address();
    return new MailCatcher(server, folder, typeof address === 'object' && address !== null ? address.port : port);
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Newest first. */
  async mails(): Promise<CaughtMail[]> {
    return caughtMails(this.folder);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

export async function caughtMails(folder: string): Promise<CaughtMail[]> {
  const files = (await readdir(folder).catch(() => []))
    .filter((file) => file.endsWith('.eml'))
    .sort()
    .reverse();
  return Promise.all(
    files.map(async (file) => ({
      ...parseMail(await readFile(join(folder, file))),
      receivedAt: new Date(Number(file.split('-', 1)[0])).toISOString(),
    })),
  );
}
