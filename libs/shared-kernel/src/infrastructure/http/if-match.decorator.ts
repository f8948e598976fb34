import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from './edge.errors.ts';

/** The version the caller has seen, from `If-Match: "<streamVersion>"`; undefined if it sent none. Hand it to `aggregate.expectVersion`. */
export const IfMatch: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): number | undefined => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    if (header === undefined) return undefined;
    const version = /^"(\d{1,9})"$/.exec(header)?.[1];
    if (version === undefined)
      throw new ValidationFailed([{ path: 'If-Match', message: 'must be an ETag of this object, such as "3"' }]);
    return Number(version);
  },
);
