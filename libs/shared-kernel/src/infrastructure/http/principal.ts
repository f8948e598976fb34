import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/actor.ts';
import { Unauthenticated } from './edge.errors.ts';

/** Who a verified token speaks for. */
export interface Principal {
  /** The userId, or the name of the service. */
  readonly id: string;
  readonly type: 'user' | 'service';
  readonly role?: string;
  readonly duties: readonly string[];
  readonly tutorVerified: boolean;
  /** Of a service: who made it call, as the service vouches. */
  readonly onBehalfOf?: Actor;
}

/** The caller of a route that is not public, as a `Principal`. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (principal === null) throw new Unauthenticated();
    return principal;
  },
);
