import type { FastifyInstance } from 'fastify';
import type { Actor } from '../../domain/actor.ts';
import './edge-request.ts';

/** Refusals of one caller at one route, since they were last taken. */
export interface AccessDenial {
  readonly actor: Actor;
  /** Method and pattern of the route. */
  readonly target: string;
  readonly reason: 'FORBIDDEN' | 'NOT_FOUND';
  readonly count: number;
  readonly since: Date;
  readonly until: Date;
  /** Of the first of them. */
  readonly correlationId: string;
  readonly messageId: string;
}

type Refusal = Pick<AccessDenial, 'actor' | 'target' | 'reason' | 'correlationId' | 'messageId'>;

const MOST_KEPT = 200;
const REASONS = { 403: 'FORBIDDEN', 404: 'NOT_FOUND' } as const;
const EVERYBODY_ELSE: Actor = { id: 'system:many-callers', type: 'system' };

/**
 * Counts refused requests until somebody takes them: one denial for each caller, route and reason, and when there are too many of those, one for
 * all others, so a flood is a number and not a log.
 */
export class AccessDenials {
  #counted = new Map<string, AccessDenial>();

  constructor(private readonly now: () => Date) {}

  note(refusal: Refusal): void {
    const kept = this.#counted.has(keyOf(refusal)) || this.#counted.size < MOST_KEPT;
    const counted = kept ? refusal : { ...refusal, actor: EVERYBODY_ELSE, target: 'many routes' };
    const until = this.now();
    const known = this.#counted.get(keyOf(counted)) ?? { ...counted, count: 0, since: until, until };
    this.#counted.set(keyOf(counted), { ...known, count: known.count + 1, until });
  }

  /** What was counted; counting begins anew. */
  take(): AccessDenial[] {
    const taken = [...this.#counted.values()];
    this.#counted = new Map();
    return taken;
  }
}

/** Notes each request of a recognised caller to an existing route that is not public and was answered 403 or 404. */
export function watchDenials(instance: FastifyInstance, denials: AccessDenials): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const { config, url } = request.routeOptions;
    const reason = reply.statusCode === 403 || reply.statusCode === 404 ? REASONS[reply.statusCode] : undefined;
    const context = request.messageContext;
    if (
      reason !== undefined &&
      context !== null &&
      url !== undefined &&
      request.recognised &&
      config.access?.isPublic === false
    ) {
      const { actor, correlationId, messageId } = context;
      denials.note({ actor, target: `${request.method} ${url}`, reason, correlationId, messageId });
    }
    done();
  });
}

function keyOf({ actor, target, reason }: Refusal): string {
  return `${actor.id} ${target} ${reason}`;
}
