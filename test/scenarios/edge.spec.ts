import { randomUUID } from 'node:crypto';
import { Api, at, itemsOf, People, textAt, type Json } from '@edtech/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformUnderTest, type PlatformUnderTest } from './platform.fixture.ts';

let platform: PlatformUnderTest;
let api: Api;

beforeAll(async () => {
  platform = await platformUnderTest();
  api = new Api(platform.url);
}, 60_000);
afterAll(() => platform.close());

/** Where a service answers without the gateway. */
async function directly(service: string): Promise<Api> {
  const { body } = await api.call('GET', '/health');
  const found = itemsOf({ items: at(body, 'services') ?? null }).find((replica) => textAt(replica, 'service') === service);
  return new Api(textAt(found ?? null, 'url'));
}

test('an internal route does not exist at the gateway, even with the token of a service', async () => {
  const token = await platform.serviceKeys.token('matching-service', 'tutor-service');
  const body = { userId: randomUUID(), email: 'ada@example.org', firstName: 'Ada', lastName: 'Byron' };
  const tutors = await directly('tutor-service');
  expect((await tutors.call('POST', '/tutors', { token, body })).status).toBe(201);
  expect((await tutors.call('GET', `/tutors/by-user/${body.userId}`, { token })).status).toBe(200);

  for (const [method, path] of [
    ['POST', '/tutors'],
    ['GET', `/tutors/by-user/${body.userId}`],
    ['GET', `/tutors/${body.userId}/documents/${randomUUID()}/content`],
  ] as const) {
    const answer = await api.call(method, path, method === 'POST' ? { token, body } : { token });
    expect([path, answer.status, textAt(answer.body, 'code')]).toEqual([path, 404, 'NOT_FOUND']);
  }
});

test('a body that is too large is refused at the gateway and the next request is answered', async () => {
  const token = await platform.superadmin();
  const user = { email: `${randomUUID()}@example.org`, firstName: 'Ada', lastName: 'Byron', role: 'student' };
  const large = await api.call('POST', '/users', { token, body: { ...user, bio: 'x'.repeat(300_000) } });
  expect([large.status, textAt(large.body, 'code')]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  expect((await api.call('POST', '/users', { token, body: user })).status).toBe(201);
});

test.each(['identity-service', 'user-service', 'tutor-service', 'admin-service'])(
  'the API of %s says what it takes and what it answers',
  async (service) => {
    const { body } = await api.call('GET', `/${service}/docs-json`);
    const lacking: string[] = [];
    for (const [path, item] of fields(at(body, 'paths'))) {
      if (path.startsWith('/ops/')) continue;
      for (const [method, operation] of fields(item)) {
        const success = fields(at(operation, 'responses')).filter(([status]) => /^2\d\d$/.test(status));
        if (success.length !== 1) lacking.push(`${method} ${path}: one answer`);
        for (const [status, answer] of success) {
          if (status !== '204' && !hasSchema(answer)) lacking.push(`${method} ${path}: the schema of ${status}`);
        }
        const takesBody = ['post', 'put', 'patch'].includes(method);
        if (takesBody && !hasSchema(at(operation, 'requestBody'))) lacking.push(`${method} ${path}: the schema of the body`);
      }
    }
    expect(lacking).toEqual([]);
  },
);

function hasSchema(message: Json | undefined): boolean {
  const contents = fields(at(message ?? null, 'content'));
  return contents.length > 0 && contents.every(([, content]) => fields(at(content, 'schema')).length > 0);
}

function fields(value: Json | undefined): [string, Json][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

test('a document upload is described as the form that is sent', async () => {
  const { body } = await api.call('GET', '/tutor-service/docs-json');
  const operation = at(body, 'paths./tutors/me/documents.post') ?? null;
  const contents = fields(at(operation, 'requestBody.content'));
  expect(contents.map(([type]) => type)).toEqual(['multipart/form-data']);
  expect(fields(at(body, 'components.schemas.TutorDocumentUpload.properties')).map(([name]) => name)).toEqual(['type', 'file']);
  expect(JSON.stringify(contents)).toContain('TutorDocumentUpload');
});

test('a student becomes a tutor without saying anything about it', async () => {
  const admin = await platform.superadmin();
  const user = { email: `${randomUUID()}@example.org`, firstName: 'Ada', lastName: 'Byron', role: 'student', status: 'active' };
  const { body } = await api.call('POST', '/users', { token: admin, body: user });
  expect(textAt(body, 'email')).toBe(user.email);
  const token = await new People(api).accept(user.email);
  const answer = await api.call('POST', '/users/me/become-tutor', { token });
  expect([answer.status, textAt(answer.body, 'role')]).toEqual([200, 'tutor']);
});
