import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { IdempotencyStore } from '../../application/idempotency-store.ts';
import { HealthController } from '../health/health.controller.ts';
import { NestLogger } from '../logging/nest-logger.ts';
import { watchAccess } from './access-check.ts';
import { watchDenials, type AccessDenials } from './access-denials.ts';
import { CommandInterceptor } from './command.interceptor.ts';
import { CommandUnit } from './command-unit.ts';
import { addEntityTags } from './entity-tag.ts';
import { endConnectionsOnClose } from './graceful-close.ts';
import { acceptOnlyJson } from './json-body.ts';
import { DOCS_PATH, serveOpenApi } from './open-api.ts';
import { ProblemCodes } from './problem-codes.ts';
import { ProblemFilter } from './problem.filter.ts';
import { addRequestHooks, openRequest } from './request-hooks.ts';
import { addRequestLog } from './request-log.ts';
import type { RateLimits } from './rate-limits.ts';
import { SchemaPipe } from './schema-pipe.ts';
import { TokenVerifier } from './token-verifier.ts';

interface HttpAppOptions {
  /** Provides CommandUnit, IdempotencyStore, TokenVerifier, ProblemCodes and HealthSources, in itself or in what it imports. */
  readonly module: DynamicModule | Type;
  readonly logger: Logger;
  /** Shown above the API's documentation. */
  readonly api: { readonly title: string };
  /** Where refused requests are counted, if anywhere. */
  readonly denials?: AccessDenials | undefined;
  /** Without them nobody is limited. */
  readonly limits?: RateLimits;
  /** Addresses or networks whose `X-Forwarded-For` says who the client is; from others that header counts for nothing. */
  readonly trustedProxies?: readonly string[];
}

const BODY_LIMIT = 256 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

@Module({ controllers: [HealthController] })
class HttpEdgeModule {}

/** Keeps the error handler that is there before any plugin: a plugin keeps the one of its moment, and Nest would set its own later. */
class EdgeAdapter extends FastifyAdapter {
  override setErrorHandler(): FastifyInstance {
    return this.getInstance();
  }
}

/**
 * The service's HTTP side, initialised and ready to `listen` or `inject`. Throws RouteWithoutAccess if a route does not say who may call it.
 * Middleware of Nest is not available: use hooks and interceptors.
 */
export async function createHttpApp(options: HttpAppOptions): Promise<NestFastifyApplication> {
  const { module, logger, api, denials, limits, trustedProxies = [] } = options;
  let filter: ProblemFilter | undefined;
  const adapter = new EdgeAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    return503OnClosing: false,
    skipMiddie: true,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      openRequest(request, reply, false);
      filter?.answer(error, request, reply);
    },
  });
  const instance = adapter.getInstance();
  const checkAccess = watchAccess(instance, isDocs);
  const app = await NestFactory.create<NestFastifyApplication>({ module: HttpEdgeModule, imports: [module] }, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  try {
    const provided = { strict: false } as const;
    const problems = (filter = new ProblemFilter(app.get(ProblemCodes, provided), logger));
    instance.setErrorHandler((error, request, reply) => problems.answer(error, request, reply));
    acceptOnlyJson(instance);
    addRequestHooks(instance, app.get(TokenVerifier, provided), isDocs, limits);
    addEntityTags(instance);
    endConnectionsOnClose(instance);
    addRequestLog(instance, logger);
    if (denials !== undefined) watchDenials(instance, denials);
    app.useGlobalFilters(filter);
    app.useGlobalPipes(new SchemaPipe());
    app.useGlobalInterceptors(new CommandInterceptor(app.get(CommandUnit, provided), app.get(IdempotencyStore, provided)));
    serveOpenApi(app, api.title);
    await app.init();
    await instance.ready();
    checkAccess();
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

function isDocs(url: string): boolean {
  return url.startsWith(DOCS_PATH) && !/^[\w]/.test(url.slice(DOCS_PATH.length));
}
