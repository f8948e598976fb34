import type { OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Mailer, type Mail } from '../../application/mailer.ts';

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; without it the connection is upgraded where the server offers it. */
  readonly secure?: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
}

const TIMEOUT_MS = 10_000;

/** Hands mails to an SMTP server and returns once it has taken responsibility. Throws the transport's error otherwise. */
export class SmtpMailer extends Mailer implements OnApplicationShutdown {
  readonly #transport;

  constructor(private readonly options: SmtpOptions) {
    super();
    const { host, port, secure = false, user, password } = options;
    this.#transport = createTransport({
      pool: true,
      host,
      port,
      secure,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    });
  }

  async send({ to, subject, text, messageId }: Mail): Promise<void> {
    // An address object is one recipient; a string could smuggle in a list.
    await this.#transport.sendMail({
      from: this.options.from,
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${messageId}@edtech.local>`,
    });
  }

  onApplicationShutdown(): void {
    this.#transport.close();
  }
}
