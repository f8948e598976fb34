import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { AccessPolicy, type Caller } from './access-policy.ts';

/**
 * Who may call this route: `@Access('public')`, `@Access('tutor', 'admin:support')`, `@Access('internal')`. Every route needs one; without
 * it the service does not start.
 */
export function Access(...callers: [Caller, ...Caller[]]): MethodDecorator {
  const access = new AccessPolicy(callers);
  return applyDecorators(
    RouteConfig({ access }),
    ApiExtension('x-access', callers),
    ...(access.isPublic ? [] : [ApiBearerAuth()]),
  );
}
