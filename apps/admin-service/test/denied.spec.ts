import { randomUUID } from 'node:crypto';
import { startService } from '@edtech/shared-kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adminService } from '../src/admin-service.module.ts';
import { runningAdminService, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;

beforeAll(async () => {
  service = await runningAdminService();
});
afterAll(() => service.close());
beforeEach(() => service.query(`DELETE FROM domain_events WHERE event_name = 'admin.access_denied'`));

type Request = readonly [method: string, path: string, token?: string, headers?: Readonly<Record<string, string>>];

/** What is recorded of these requests when the minute, or the process, is over. */
async function deniedOf(requests: readonly Request[]): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const another = await startService(adminService, service.environment);
  for (const [method, path, token, headers = {}] of requests) {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    await (await fetch(`${another.url}${path}`, { method, headers: { ...authorization, ...headers } })).text();
  }
  await another.stop();
  return service.query(
    `SELECT payload::json AS payload, actor::json AS actor, correlation_id FROM domain_events WHERE event_name = 'admin.access_denied' ORDER BY id`,
  );
}

describe('a denied attempt', () => {
  test('is recorded with who tried what, in the name of that person', async () => {
    const id = randomUUID();
    const support = service.tokens.user(id, 'admin', ['support']);
    const headers = { 'x-correlation-id': 'corr-denied-1' };
    const [denied, ...others] = await deniedOf([['GET', '/admin/audit?actor=somebody', support, headers]]);
    expect(others).toEqual([]);
    expect(denied).toMatchObject({
      payload: { by: id, target: 'GET /admin/audit', reason: 'FORBIDDEN', result: 'denied', count: 1 },
      actor: { id, type: 'user', role: 'admin' },
      correlation_id: 'corr-denied-1',
    });
    expect(JSON.stringify(denied)).not.toContain('somebody');
  });

  test('at what is not there, or is not the caller’s, is recorded too', async () => {
    const reviewer = service.tokens.user(randomUUID(), 'admin', ['verification']);
    expect(await deniedOf([['GET', `/admin/verifications/${randomUUID()}`, reviewer]])).toMatchObject([
      { payload: { target: 'GET /admin/verifications/:id', reason: 'NOT_FOUND' } },
    ]);
  });

  test('is not: an allowed request, one nobody signed in for, an address that no route has, a public route', async () => {
    const compliance = service.tokens.user(randomUUID(), 'admin', ['compliance']);
    expect(
      await deniedOf([
        ['GET', '/admin/audit', compliance],
        ['GET', '/admin/audit'],
        ['GET', '/admin/audit', 'forged'],
        ['GET', '/admin/nothing/here', compliance],
        ['GET', '/health/live', compliance],
      ]),
    ).toEqual([]);
  });

  test('that is repeated is one event with a number', async () => {
    const student = service.tokens.user(randomUUID(), 'student');
    const attempts = Array.from({ length: 30 }, (): Request => ['GET', '/admin/audit/export', student]);
    expect(await deniedOf([...attempts, ['GET', '/admin/admins', student]])).toMatchObject([
      { payload: { target: 'GET /admin/audit/export', count: 30 } },
      { payload: { target: 'GET /admin/admins', count: 1 } },
    ]);
  });

  test('by very many callers does not fill the log', async () => {
    const attempts = Array.from({ length: 260 }, (): Request => [
      'GET',
      '/admin/analytics',
      service.tokens.user(randomUUID(), 'student'),
    ]);
    const denied = await deniedOf(attempts);
    expect(denied).toHaveLength(201);
    expect(denied.at(-1)).toMatchObject({
      payload: { by: 'system:many-callers', target: 'many routes', reason: 'FORBIDDEN', count: 60 },
    });
  });
});
