import type { FastifyInstance } from 'fastify';
import { AccessPolicy } from './access-policy.ts';
import './edge-request.ts';

/** Watches every route that is registered from now on. The returned function throws RouteWithoutAccess if one says not who may call it. */
export function watchAccess(instance: FastifyInstance, isDocs: (url: string) => boolean): () => void {
  const missing: string[] = [];
  instance.addHook('onRoute', (route) => {
    if (route.config?.access !== undefined) return;
    if (isDocs(route.url)) route.config = { ...route.config, access: new AccessPolicy(['public']) };
    else missing.push(`${[route.method].flat().join('|')} ${route.url}`);
  });
  return () => {
    if (missing.length > 0) throw new RouteWithoutAccess(missing);
  };
}

export class RouteWithoutAccess extends Error {
  readonly code = 'ROUTE_WITHOUT_ACCESS';

  constructor(readonly routes: readonly string[]) {
    super(`nobody may call ${routes.join(', ')}: give it an @Access(...) policy`);
    this.name = 'RouteWithoutAccess';
  }
}
