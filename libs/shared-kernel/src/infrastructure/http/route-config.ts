import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';
import './edge-request.ts';

type OwnConfig = Pick<FastifyContextConfig, 'access' | 'rateLimit'>;

const configs = new WeakMap<object, OwnConfig>();

/** As Nest's `RouteConfig`, but several of them on one route add up. */
export function addRouteConfig(more: OwnConfig): MethodDecorator {
  return (target, key, descriptor) => {
    const route: unknown = descriptor.value;
    if (typeof route !== 'function') throw new TypeError(`${String(key)} is no method`);
    const config = { ...configs.get(route), ...more };
    configs.set(route, config);
    RouteConfig(config)(target, key, descriptor);
  };
}
