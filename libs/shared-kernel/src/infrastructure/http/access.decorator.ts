import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import { AccessPolicy, type Caller } from './access-policy.ts';
import { addRouteConfig } from './route-config.ts';

/**
 * Who may call this route: `@Access('public')`, `@Access('tutor', 'admin:support')`, `@Access('internal')`. Every route needs one; without
 * it the service does not start.
 */
export function Access(...callers: [Caller, ...Caller[]]): MethodDecorator {
  const access = new AccessPolicy(callers);
  return applyDecorators(
    addRouteConfig({ access }),
    ApiExtension('x-access', callers),
    ...(access.isPublic ? [] : [ApiBearerAuth()]),
  );
}
