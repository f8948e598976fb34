import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { inMessageContext, type MessageContext } from '../../application/message-context.ts';
import type { Actor } from '../../domain/actor.ts';
import type { AccessPolicy } from './access-policy.ts';
import { Forbidden, RouteNotFound, Unauthenticated, ValidationFailed } from './edge.errors.ts';
import './edge-request.ts';
import type { Principal } from './principal.ts';
import type { RateLimits } from './rate-limits.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { newTrace } from '../telemetry/trace.ts';
import type { TokenVerifier } from './token-verifier.ts';

const CORRELATION_ID = /^[A-Za-z0-9-]{8,64}$/;
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;
const ANONYMOUS: Actor = { id: 'anonymous', type: 'user' };

/**
 * What happens to every request before its body is read: it gets its ids and headers, and its caller is recognised and admitted, or it is
 * refused. The handler then runs in the message context of the request. Identity comes from the token alone, never from a header.
 */
export function addRequestHooks(
  instance: FastifyInstance,
  tokens: TokenVerifier,
  isDocs: (url: string) => boolean,
  limits?: RateLimits,
): void {
  instance.decorateRequest('messageContext', null);
  instance.decorateRequest('principal', null);
  instance.decorateRequest('recognised', false);
  instance.decorateRequest('rawBody', undefined);

  // Returning the promise beside calling `done` would run the rest of the request, handler included, twice.
  instance.addHook('onRequest', (request, reply, done) => {
    openRequest(request, reply, isDocs(request.url));
    const policy = request.routeOptions.config.access;
    if (request.url.includes('%00')) done(new ValidationFailed([{ path: 'url', message: 'must not contain NUL characters' }]));
    else if (policy === undefined || policy.isPublic) done(refusalOf(() => limits?.count(request, null)));
    else admit(request, policy, tokens, limits).then(() => done(), done);
  });

  // Reading the body ends the asynchronous scope of the hooks above: the context is entered here, as late as possible.
  instance.addHook('preHandler', (request, _reply, done) => {
    if (request.messageContext === null) done();
    else inMessageContext(request.messageContext, done);
  });
}

/** Gives a request its ids and its answer the headers that every answer has. */
export function openRequest(request: FastifyRequest, reply: FastifyReply, isDocs: boolean): void {
  const { 'x-correlation-id': given, traceparent } = request.headers;
  const correlationId = typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID();
  const messageId = uuidv7();
  request.messageContext = {
    messageId,
    correlationId,
    actor: ANONYMOUS,
    traceparent: (typeof traceparent === 'string' ? continueTrace(traceparent, messageId) : undefined) ?? newTrace(messageId),
  };
  reply.header('x-correlation-id', correlationId);
  reply.header('link', `</console/trace/${correlationId}>; rel="trace"`);
  setSecurityHeaders(reply, isDocs);
}

/** The caller's trace with this request as the new parent; the random end of the message id serves as its span id. */
function continueTrace(traceparent: string, messageId: string): string | undefined {
  const parts = TRACEPARENT.exec(traceparent);
  return parts === null ? undefined : `00-${parts[1]}-${messageId.slice(-17).replace('-', '')}-${parts[2]}`;
}

/** What `check` throws, as hooks of Fastify hand it on. */
function refusalOf(check: () => void): Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function admit(
  request: FastifyRequest,
  policy: AccessPolicy,
  tokens: TokenVerifier,
  limits: RateLimits | undefined,
): Promise<void> {
  const throughGateway = request.headers['x-edtech-gateway'] !== undefined;
  if (!policy.isVisible(throughGateway)) throw new RouteNotFound();
  limits?.refuseBusyAddress(request);
  const principal = await recognised(request, tokens).catch((error: unknown) => {
    limits?.count(request, null);
    throw error;
  });
  request.recognised = true;
  if (request.messageContext !== null) request.messageContext = spokenFor(request.messageContext, principal);
  limits?.count(request, principal);
  if (!policy.admits(principal, throughGateway)) throw new Forbidden();
  request.principal = principal;
}

async function recognised(request: FastifyRequest, tokens: TokenVerifier): Promise<Principal> {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new Unauthenticated();
  return tokens.verify(token);
}

function spokenFor(context: MessageContext, { id, type, role, onBehalfOf }: Principal): MessageContext {
  return { ...context, actor: onBehalfOf ?? { id, type, ...(role === undefined ? {} : { role }) } };
}
