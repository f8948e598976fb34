import { AsyncLocalStorage } from 'node:async_hooks';
import type { Actor } from '../domain/actor.ts';

/**
 * What every event recorded while a message is handled inherits. Opened for each HTTP request, each delivery of an event and each
 * command of a saga, so no code copies ids by hand.
 */
export interface MessageContext {
  /** Id of the message being handled; becomes `causationId` of what it causes. */
  readonly messageId: string;
  readonly correlationId: string;
  readonly actor: Actor;
  readonly traceparent?: string | undefined;
}

const storage = new AsyncLocalStorage<MessageContext>();

/** Runs `work` and everything it awaits in `context`. */
export function inMessageContext<T>(context: MessageContext, work: () => T): T {
  return storage.run(context, work);
}

/** Runs `work` and everything it awaits as the first link of a chain, which `messageId` names: for a job that nobody has asked for. */
export function beginChain<T>(messageId: string, actor: Actor, work: () => T): T {
  return inMessageContext({ messageId, correlationId: messageId, actor }, work);
}

/** Throws NoMessageContext outside of one: an event without cause and actor must not be recorded. */
export function messageContext(): MessageContext {
  const context = storage.getStore();
  if (context === undefined) throw new NoMessageContext();
  return context;
}

export function messageContextOrNone(): MessageContext | undefined {
  return storage.getStore();
}

export class NoMessageContext extends Error {
  readonly code = 'NO_MESSAGE_CONTEXT';

  constructor() {
    super('nothing is being handled: open a message context (inMessageContext) with correlation, cause and actor first');
    this.name = 'NoMessageContext';
  }
}
