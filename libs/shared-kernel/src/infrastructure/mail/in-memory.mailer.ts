import { Mailer, type Mail } from '../../application/mailer.ts';

/** Keeps what it is given, one mail per `messageId`. */
export class InMemoryMailer extends Mailer {
  readonly #mails = new Map<string, Mail>();

  get mails(): Mail[] {
    return [...this.#mails.values()];
  }

  async send(mail: Mail): Promise<void> {
    this.#mails.set(mail.messageId, mail);
  }
}
