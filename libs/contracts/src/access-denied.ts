import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { actorId, causeCode, id, instant } from './schemas.ts';

/**
 * Refused requests of one caller to one route of the service within a minute: 403, or 404 where something may exist that is not the caller's.
 * `target` is method and pattern of the route, never the address with its values. It belongs to no aggregate.
 */
export function accessDenied(service: string) {
  return defineEvent({
    name: `${service}.access_denied`,
    producer: `${service}-service`,
    aggregateType: 'AccessDenial',
    versions: {
      1: z.strictObject({
        denialId: id,
        by: actorId,
        target: z.string().min(1).max(300),
        reason: causeCode,
        result: z.literal('denied'),
        count: z.int().min(1),
        since: instant,
        until: instant,
      }),
    },
    about: (payload) => payload.denialId,
    personal: [],
    plain: ['by', 'target', 'reason'],
  });
}
