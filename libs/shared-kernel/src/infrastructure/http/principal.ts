import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Unauthenticated } from './edge.errors.ts';

/** Who a verified token speaks for. */
export interface Principal {
  /** The userId, or the name of the service. */
  readonly id: string;
  readonly type: 'user' | 'service';
  readonly role?: string;
  readonly duties: readonly string[];
  readonly tutorVerified: boolean;
}

/** The caller of a route that is not public, as a `Principal`. */
export const CurrentPrincipal: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal => {
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (principal === null) throw new Unauthenticated();
    return principal;
  },
);
