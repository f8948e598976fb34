import { Mailer, type Mail } from '@edtech/shared-kernel';

/** A mail server that is down for the first mails and then sends every copy it is given. */
export class FlakyMailer extends Mailer {
  attempts = 0;
  readonly sent: Mail[] = [];

  constructor(private readonly failures = 0) {
    super();
  }

  async send(mail: Mail): Promise<void> {
    if (++this.attempts <= this.failures) throw new Error('connect ECONNREFUSED');
    this.sent.push(mail);
  }
}
