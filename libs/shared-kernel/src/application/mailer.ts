export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Same id, same mail: a mail server or reader that sees it twice can drop the second. Use `eventId` plus the subscription. */
  readonly messageId: string;
}

/** Sends at least once: a call that threw may have been delivered, so it is repeated with the same `messageId`. */
export abstract class Mailer {
  abstract send(mail: Mail): Promise<void>;
}
