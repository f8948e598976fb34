import { expect, test } from 'vitest';
import { isSigned, signWebhook } from './webhook-signature.ts';

const NOW = new Date('2026-11-03T10:00:00Z');
const BODY = '{"type":"payment.captured","amount":5000}';
const SIGNATURE = signWebhook('whsec', BODY, NOW);

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1_000);
}

test('what was signed with the secret is accepted, five minutes to either side', () => {
  expect(isSigned('whsec', BODY, SIGNATURE, NOW)).toBe(true);
  expect(isSigned('whsec', BODY, SIGNATURE, later(300))).toBe(true);
  expect(isSigned('whsec', BODY, SIGNATURE, later(-300))).toBe(true);
});

test.for([
  ['another body', 'whsec', `${BODY} `, SIGNATURE, NOW],
  ['another secret', 'other', BODY, SIGNATURE, NOW],
  ['a request that is too old', 'whsec', BODY, SIGNATURE, later(301)],
  ['a clock that is too far ahead', 'whsec', BODY, SIGNATURE, later(-301)],
  ['a fresh time under an old signature', 'whsec', BODY, SIGNATURE.replace(/t=\d+/, 't=1793700300'), later(300)],
  ['no signature', 'whsec', BODY, undefined, NOW],
  ['a signature of another form', 'whsec', BODY, 'v1=abc', NOW],
] as const)('%s is refused', ([, secret, body, signature, now]) => {
  expect(isSigned(secret, body, signature, now)).toBe(false);
});
