import { messageContext } from '../../application/message-context.ts';

/** What a request to another service carries along, so that what it causes there belongs to the message being handled here. Throws NoMessageContext. */
export function outgoingHeaders(): Record<string, string> {
  const { correlationId, traceparent } = messageContext();
  return { 'x-correlation-id': correlationId, ...(traceparent === undefined ? {} : { traceparent }) };
}
