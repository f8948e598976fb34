import type { PaymentProvider, ProviderOutcome } from './payment-provider.interface.ts';
import { OutcomeUnknown, ProviderUnavailable } from './provider.errors.ts';

interface Asked<O extends ProviderOutcome> {
  readonly idempotencyKey: string;
  /** All outcomes that the operation can have. */
  readonly outcomes: readonly O['outcome'][];
  readonly ask: (idempotencyKey: string) => Promise<O>;
}

/**
 * What became of an operation; undefined when the provider cannot say at the moment: ask again later, with the same key. When a reply was lost
 * the provider is asked what became of the operation, which is repeated only if it never arrived. Safe to repeat.
 */
export async function certainOutcome<O extends ProviderOutcome>(
  provider: PaymentProvider,
  { idempotencyKey, outcomes, ask }: Asked<O>,
): Promise<O | undefined> {
  try {
    return await ask(idempotencyKey);
  } catch (error) {
    if (error instanceof ProviderUnavailable) return undefined;
    if (!(error instanceof OutcomeUnknown)) throw error;
  }
  try {
    const known = await provider.query(idempotencyKey);
    if (known === undefined) return await ask(idempotencyKey);
    if (isOneOf(known, outcomes)) return known;
  } catch (error) {
    if (!(error instanceof ProviderUnavailable) && !(error instanceof OutcomeUnknown)) throw error;
    return undefined;
  }
  throw new TypeError(`the provider answers for ${idempotencyKey} what such an operation cannot end in`);
}

function isOneOf<O extends ProviderOutcome>(outcome: ProviderOutcome, outcomes: readonly O['outcome'][]): outcome is O {
  return outcomes.some((one) => one === outcome.outcome);
}
