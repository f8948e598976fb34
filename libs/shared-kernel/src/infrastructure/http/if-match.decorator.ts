import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from './edge.errors.ts';

/** A weak tag matches nothing (RFC 9110, 13.1.1). */
const NEVER = -1;

/** The version the caller has seen, from `If-Match: "<streamVersion>"`; undefined if it sent none. Hand it to `aggregate.expectVersion`. */
export const IfMatch: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): number | undefined => {
    const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
    if (header === undefined || header === '*') return undefined;
    if (header.startsWith('W/')) return NEVER;
    const version = /^"(\d{1,9})"$/.exec(header)?.[1];
    if (version === undefined)
      throw new ValidationFailed([{ path: 'If-Match', message: 'must be an ETag of this object, such as "3"' }]);
    return Number(version);
  },
);
