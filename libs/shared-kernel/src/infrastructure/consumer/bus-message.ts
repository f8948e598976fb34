import { z } from 'zod';
import type { EventContracts } from '../../application/event-contract.ts';
import type { RecordedEvent } from '../../domain/recorded-event.ts';
import { fromDetail, MalformedMessage } from '../event-bridge/envelope.ts';
import { streamKey } from '../inbox/event-delivery.ts';

const busMessage = z.object({ 'detail-type': z.string().min(1), source: z.string().min(1), detail: z.unknown() });
const place = z.object({ aggregateType: z.string(), aggregateId: z.string(), streamVersion: z.number() });

/** The event in the body of a queue message. Throws MalformedMessage, UnknownContract, or what the contract throws. */
export function readBusMessage(body: string, contracts: EventContracts): RecordedEvent {
  const message = busMessage.safeParse(parse(body));
  if (!message.success)
    throw new MalformedMessage('the body is no message of the bus: detail-type, source and detail are needed');
  const { 'detail-type': detailType, source, detail } = message.data;
  return fromDetail(detailType, source, detail, contracts);
}

/** The name under which the body came, if it is a message of the bus. */
export function nameIn(body: string): string | undefined {
  return busMessage.safeParse(parseOrNothing(body)).data?.['detail-type'];
}

/** The messages by stream, those of one stream by version; a message without a stream stands alone. */
export function inStreamOrder<M extends { readonly body: string }>(messages: readonly M[]): M[][] {
  const streams = new Map<string, { message: M; version: number }[]>();
  messages.forEach((message, index) => {
    const placed = place.safeParse(busMessage.safeParse(parseOrNothing(message.body)).data?.detail).data;
    const stream = placed === undefined ? `message ${index}` : streamKey(placed);
    const others = streams.get(stream) ?? [];
    others.push({ message, version: placed?.streamVersion ?? 0 });
    streams.set(stream, others);
  });
  return [...streams.values()].map((ofStream) =>
    ofStream.toSorted((a, b) => a.version - b.version).map(({ message }) => message),
  );
}

/** The parser's own error is not passed on: it quotes the body, which may be personal. */
function parse(body: string): unknown {
  const parsed = parseOrNothing(body);
  if (parsed === undefined) throw new MalformedMessage('the body is no JSON');
  return parsed;
}

function parseOrNothing(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
