import type { BaseDomainEvent } from '../domain/base-domain.event.ts';
import type { HistoricalEvent } from '../domain/event-sourced.aggregate.ts';

const FIRST = Date.parse('2026-01-05T09:00:00.000Z');

/**
 * The events as a store reads them back: payloads that went through JSON, versions dense after `after`, one recorded each second. The hashes
 * only tell events apart.
 */
export function historyOf(
  events: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[],
  { after = 0 }: { readonly after?: number } = {},
): HistoricalEvent[] {
  return events.map(({ eventName, payload }, index) => {
    const streamVersion = after + index + 1;
    return {
      eventName,
      streamVersion,
      recordedAt: new Date(FIRST + streamVersion * 1_000).toISOString(),
      payload: JSON.parse(JSON.stringify(payload)),
      hash: `hash-${streamVersion}`,
    };
  });
}
