import type { SmtpOptions } from './smtp.mailer.ts';

/** `smtp://user:password@host:587`, `smtps://…` for TLS from the first byte. */
export function smtpOptions(url: string, from: string): SmtpOptions {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  return {
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    ...(username === '' ? {} : { user: decodeURIComponent(username), password: decodeURIComponent(password) }),
    from,
  };
}
