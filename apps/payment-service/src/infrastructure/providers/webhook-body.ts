import { z } from 'zod';
import type { ProviderEvent } from '../../application/interfaces/payment-provider.interface.ts';
import { MalformedWebhook } from '../../application/interfaces/provider.errors.ts';

const ref = z.string().min(1).max(200);
const money = { amount: z.int().min(1), currency: z.string().length(3) };
const about = { providerEventId: ref, paymentId: ref };

const event = z.discriminatedUnion('type', [
  z.object({ ...about, type: z.literal('payment.authorized'), providerRef: ref, expiresAt: z.iso.datetime() }),
  z.object({ ...about, ...money, type: z.literal('payment.captured'), providerRef: ref }),
  z.object({ ...about, type: z.literal('payment.failed'), code: ref, final: z.boolean() }),
  z.object({
    ...about,
    ...money,
    type: z.literal('dispute.opened'),
    disputeId: ref,
    reasonCode: ref,
    evidenceDueAt: z.iso.datetime(),
  }),
  z.object({ ...about, type: z.literal('dispute.closed'), disputeId: ref, won: z.boolean() }),
]);

/** Fields that are not known are left out: a provider adds some now and then. Throws MalformedWebhook. */
export function readWebhook(body: string): ProviderEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new MalformedWebhook('it is not JSON');
  }
  const read = event.safeParse(parsed);
  if (!read.success)
    throw new MalformedWebhook(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return read.data;
}
