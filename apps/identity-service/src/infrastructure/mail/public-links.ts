import { MailLinks } from '../../application/interfaces/mail-links.ts';

export class PublicLinks extends MailLinks {
  /** `publicUrl` without a slash at its end. */
  constructor(private readonly publicUrl: string) {
    super();
  }

  to(page: 'verify-email' | 'reset-password' | 'guardian-consent', token: string): string {
    return `${this.publicUrl}/${page}?token=${token}`;
  }
}
