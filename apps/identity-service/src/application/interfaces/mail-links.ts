/** Where the links in mails lead. */
export abstract class MailLinks {
  abstract to(page: 'verify-email' | 'reset-password' | 'guardian-consent', token: string): string;
}
