import type { MessageContext } from '../../application/message-context.ts';
import type { AccessPolicy } from './access-policy.ts';
import type { Principal } from './principal.ts';
import type { RateLimit } from './token-buckets.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** null until the first hook has run. */
    messageContext: MessageContext | null;
    /** null on public routes. */
    principal: Principal | null;
    /** Whether the caller has shown a valid token, admitted or not. */
    recognised: boolean;
    /** The JSON text as received, for signatures over the body. */
    rawBody: string | undefined;
  }
  interface FastifyContextConfig {
    access?: AccessPolicy;
    rateLimit?: RateLimit;
  }
}
