import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-webhook-signature';

const SCHEME = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;
const MOST_SKEW_SECONDS = 300;

/** `t=<unix seconds>,v1=<HMAC-SHA256 of "t.body" in hex>`: the time is signed too, so an old request cannot be played again. */
export function signWebhook(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  return `t=${seconds},v1=${mac(secret, seconds, body).toString('hex')}`;
}

/** Whether the body was signed with the secret at most five minutes before or after `now`. Compares in constant time. */
export function isSigned(secret: string, body: string, signature: string | undefined, now: Date): boolean {
  const [, seconds, given] = SCHEME.exec(signature ?? '') ?? [];
  if (seconds === undefined || given === undefined) return false;
  const fresh = Math.abs(now.getTime() / 1_000 - Number(seconds)) <= MOST_SKEW_SECONDS;
  return timingSafeEqual(Buffer.from(given, 'hex'), mac(secret, Number(seconds), body)) && fresh;
}

function mac(secret: string, seconds: number, body: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest();
}
