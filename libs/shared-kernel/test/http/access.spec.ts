import { Controller, Get } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS } from '../lamps.fixture.ts';
import { lampApp, type LampApp } from './lamp-app.fixture.ts';
import { send, type Call } from './send.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

let db: KernelDatabase;
let issuer: TokenIssuer;
let service: LampApp;
let student: string;
let tutor: string;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  issuer = await tokenIssuer();
  service = await lampApp({ url: db.url, issuer });
  student = await issuer.user('u-student', 'student');
  tutor = await issuer.user('u-tutor', 'tutor');
});
afterAll(async () => {
  await service.close();
  await issuer.close();
  await db.close();
});

const call = (method: 'GET' | 'POST' | 'PATCH', url: string, options?: Call) => send(service, method, url, options);
async function buy(name = 'desk'): Promise<string> {
  const { json } = await call('POST', '/lamps', { token: student, body: { name } });
  return typeof json === 'object' && json !== null && 'id' in json ? String(json.id) : '';
}

describe('access', () => {
  test('a route admits the callers its policy names and nobody else', async () => {
    const id = await buy();
    const light = (token?: string, headers?: Record<string, string>) =>
      call('PATCH', `/lamps/${id}`, {
        ...(token === undefined ? {} : { token }),
        body: { lumen: 1 },
        ...(headers === undefined ? {} : { headers }),
      });
    const matrix: [string, string | undefined, number][] = [
      ['anonymous', undefined, 401],
      ['student', student, 403],
      ['tutor', tutor, 200],
      ['admin without duty', await issuer.user('a-1', 'admin'), 403],
      ['admin of finance', await issuer.user('a-2', 'admin', ['finance']), 403],
      ['admin of support', await issuer.user('a-3', 'admin', ['finance', 'support']), 200],
      ['superadmin', await issuer.user('x-1', 'superadmin'), 200],
      ['service', await issuer.service('payment-service'), 200],
      ['a user who calls his role a service', await issuer.user('u-9', 'internal'), 403],
      ['a user who calls his role a duty', await issuer.user('u-9', 'admin:support'), 403],
    ];
    for (const [who, token, status] of matrix) expect((await light(token)).status, who).toBe(status);
    expect((await light(await issuer.service('payment-service'), { 'x-edtech-gateway': '1' })).status).toBe(403);
    expect((await call('GET', '/superadmins', { token: await issuer.user('a-1', 'admin', ['support']) })).status).toBe(403);
    expect((await call('GET', '/superadmins', { token: await issuer.user('x-1', 'superadmin') })).status).toBe(200);
  });

  test('an internal route exists for services with a token of their own, and not behind the gateway', async () => {
    const token = await issuer.service('payment-service');
    expect((await call('POST', '/internal/context', { token })).status).toBe(201);
    expect((await call('POST', '/internal/context', { token: tutor })).status).toBe(403);
    expect((await call('POST', '/internal/context')).status).toBe(401);
    for (const caller of [{ token }, { token: tutor }, {}]) {
      const { status } = await call('POST', '/internal/context', { ...caller, headers: { 'x-edtech-gateway': '' } });
      expect(status).toBe(404);
    }
  });

  test('who calls comes from the token; identity headers of a client are ignored', async () => {
    const { json } = await call('GET', '/me', {
      token: student,
      headers: { 'x-user-id': 'u-admin', 'x-role': 'admin', 'x-forwarded-user': 'u-admin' },
    });
    expect(json).toEqual({ id: 'u-student', type: 'user', role: 'student', duties: [], tutorVerified: false });
  });

  test('a body is not read before its sender is admitted', async () => {
    expect((await call('POST', '/lamps', { body: 'not json' })).status).toBe(401);
  });

  test('a service with a route that has no policy does not start, and names it', async () => {
    @Controller('forgotten')
    class ForgottenController {
      @Get('door')
      open(): string {
        return 'open';
      }
    }
    await expect(lampApp({ url: db.url, issuer, controllers: [ForgottenController] })).rejects.toMatchObject({
      code: 'ROUTE_WITHOUT_ACCESS',
      routes: expect.arrayContaining(['GET /forgotten/door']),
    });
  });
});

describe('the page of the API', () => {
  test('/docs needs nothing from another host', async () => {
    const page = await call('GET', '/docs');
    expect(page.status).toBe(200);
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, file]) => String(file))
      .filter((file) => !file.startsWith('#'));
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      expect(file).toMatch(/^\.\/docs\//);
      expect((await call('GET', file.slice(1))).status, file).toBe(200);
    }
    expect(page.text).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect((await call('GET', '/docs/swagger-ui-init.js')).text).toContain('"validatorUrl": null');
  });

  test('/docs-json describes schemas, callers, shared headers and errors', async () => {
    const { json } = await call('GET', '/docs-json');
    expect(json).toMatchObject({
      paths: {
        '/lamps': {
          post: {
            'x-access': ['student', 'tutor', 'admin'],
            security: [{ bearer: [] }],
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewLamp' } } } },
            parameters: [{ $ref: '#/components/parameters/CorrelationId' }, { $ref: '#/components/parameters/IdempotencyKey' }],
            responses: { default: { $ref: '#/components/responses/Problem' } },
          },
        },
        '/lamps/{id}': {
          get: {
            'x-access': ['public'],
            parameters: expect.arrayContaining([expect.objectContaining({ name: 'id', in: 'path' })]),
          },
        },
      },
      components: {
        schemas: { NewLamp: { type: 'object', additionalProperties: false, required: ['name'] } },
        securitySchemes: { bearer: { scheme: 'bearer' } },
      },
    });
  });

  test('answers of the API allow nothing to run', async () => {
    const { headers } = await call('GET', '/lamps');
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});
