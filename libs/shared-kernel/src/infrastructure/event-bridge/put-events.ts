import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { PublishOutcome } from '../../application/integration-event-publisher.ts';
import type { BusEntry } from './bus-entry.ts';

/** One call to the bus: an outcome per entry, in their order. A throw leaves open which entries the bus has taken. */
export type PutEvents = (entries: readonly BusEntry[]) => Promise<readonly PublishOutcome[]>;

/**
 * Calls EventBridge once, for at most 10 entries. Give the client `maxAttempts: 1` and a request timeout: whoever calls this repeats
 * what failed, in order.
 */
export function putEvents(client: EventBridgeClient, busName: string): PutEvents {
  return async (entries) => {
    const { Entries: results = [] } = await client.send(
      new PutEventsCommand({
        Entries: entries.map((entry) => ({
          EventBusName: busName,
          Source: entry.source,
          DetailType: entry.detailType,
          Detail: entry.detail,
          Time: entry.time,
          ...(entry.traceHeader === undefined ? {} : { TraceHeader: entry.traceHeader }),
        })),
      }),
    );
    return entries.map((_, index) => {
      const { EventId: busId, ErrorCode: code, ErrorMessage: message = '' } = results[index] ?? {};
      if (busId !== undefined && code === undefined) return { accepted: true, busId };
      return { accepted: false, code: code ?? 'NO_RESULT', message };
    });
  };
}
