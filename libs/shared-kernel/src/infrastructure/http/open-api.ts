import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export const DOCS_PATH = '/docs';

const CHANGES = ['post', 'put', 'patch', 'delete'] as const;
const METHODS = ['get', ...CHANGES] as const;

/** The page at /docs and the document at /docs-json. Every file it needs is served from here. */
export function serveOpenApi(app: NestFastifyApplication, title: string): void {
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(app, title), {
    raw: ['json'],
    swaggerOptions: { validatorUrl: null, persistAuthorization: true, showExtensions: true },
  });
}

/** The routes with the schemas they check, who may call them (`x-access`) and the headers and errors that all of them share. */
function openApiDocument(app: NestFastifyApplication, title: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(title)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config);
  document.components = {
    ...document.components,
    parameters: {
      CorrelationId: header(
        'X-Correlation-Id',
        'Follows the request through all services; answered in any case',
        '^[A-Za-z0-9-]{8,64}$',
      ),
      IdempotencyKey: header(
        'Idempotency-Key',
        'The same key and body get the same answer, once carried out',
        '^[A-Za-z0-9_-]{8,128}$',
      ),
    },
    responses: {
      Problem: {
        description: 'Problem details (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    schemas: { ...document.components?.schemas, Problem: PROBLEM },
  };
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      operation.parameters = [
        ...(operation.parameters ?? []),
        { $ref: '#/components/parameters/CorrelationId' },
        ...(method === 'get' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
      ];
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Problem' } };
    }
  }
  return document;
}

function header(name: string, description: string, pattern: string) {
  return { name, in: 'header' as const, required: false, description, schema: { type: 'string' as const, pattern } };
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'correlationId', 'errors'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    correlationId: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } },
    },
    facts: { type: 'object', additionalProperties: true },
    currentVersion: { type: 'integer' },
  },
};
