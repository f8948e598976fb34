import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CognitoIdentityProvider } from '../src/infrastructure/providers/cognito.identity-provider.ts';

interface Received {
  readonly target: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const USER = '0b9d3f1c-0000-4000-8000-000000000001';
const POOL = 'eu-west-1_pool';

let server: Server;
let received: Received[];
/** What each operation answers: a body, or the type of an error. */
let answers: Record<string, object | string>;
let provider: CognitoIdentityProvider;

beforeEach(async () => {
  received = [];
  answers = {};
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = String(request.headers['x-amz-target']).replace('AWSCognitoIdentityProviderService.', '');
      received.push({ target, headers: request.headers, body: JSON.parse(body) });
      const answer = answers[target] ?? {};
      response.writeHead(typeof answer === 'string' ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(typeof answer === 'string' ? { __type: answer, message: 'refused' } : answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' });
  provider = new CognitoIdentityProvider({
    userPoolId: POOL,
    clientId: 'client',
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
  });
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const calls = (): object[] => received.map(({ target, body }) => ({ target, body }));
const call = (target: string, more: object = {}): object => ({ target, body: { UserPoolId: POOL, Username: USER, ...more } });

test('every request is a signed POST of the JSON protocol', async () => {
  await provider.disable(USER);
  expect(received[0]?.headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSCognitoIdentityProviderService.AdminDisableUser',
    'x-amz-date': expect.stringMatching(/^\d{8}T\d{6}Z$/),
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/cognito-idp\/aws4_request, SignedHeaders=content-type;host;[\w;-]*x-amz-target, Signature=[0-9a-f]{64}$/,
    ),
  });
});

describe('signing up', () => {
  test('makes the user without a mail and sets a password for good', async () => {
    await provider.signUp(USER, 'ada@example.org', 'Correct-Horse-7');
    expect(calls()).toEqual([
      call('AdminCreateUser', { UserAttributes: [{ Name: 'email', Value: 'ada@example.org' }], MessageAction: 'SUPPRESS' }),
      call('AdminSetUserPassword', { Password: 'Correct-Horse-7', Permanent: true }),
    ]);
  });

  test('repeated, it goes on where the user is there already', async () => {
    answers = { AdminCreateUser: 'com.amazonaws.cognito#UsernameExistsException' };
    await provider.signUp(USER, 'ada@example.org', 'Correct-Horse-7');
    expect(received.at(-1)?.target).toBe('AdminSetUserPassword');
  });

  test('fails when Cognito refuses it for another reason', async () => {
    answers = { AdminCreateUser: 'TooManyRequestsException' };
    await expect(provider.signUp(USER, 'ada@example.org', 'Correct-Horse-7')).rejects.toMatchObject({
      code: 'COGNITO_REFUSED',
      type: 'TooManyRequestsException',
    });
  });
});

describe('a password', () => {
  test('is checked by a login at the pool', async () => {
    expect(await provider.passwordMatches(USER, 'Correct-Horse-7')).toBe(true);
    expect(calls()).toEqual([
      {
        target: 'AdminInitiateAuth',
        body: {
          UserPoolId: POOL,
          ClientId: 'client',
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: USER, PASSWORD: 'Correct-Horse-7' },
        },
      },
    ]);
  });

  test('does not match when it is wrong or nobody has that name, also when the pool says yes to nobody', async () => {
    expect(await provider.passwordMatches(undefined, 'Correct-Horse-7')).toBe(false);
    for (const type of ['NotAuthorizedException', 'UserNotFoundException']) {
      answers = { AdminInitiateAuth: type };
      expect(await provider.passwordMatches(USER, 'Wrong-Horse-7')).toBe(false);
    }
    answers = { AdminInitiateAuth: 'InternalErrorException' };
    await expect(provider.passwordMatches(USER, 'Correct-Horse-7')).rejects.toThrow('InternalErrorException');
  });

  test('of somebody who was invited makes the user first', async () => {
    let asked = 0;
    answers = {
      get AdminSetUserPassword() {
        return asked++ === 0 ? 'UserNotFoundException' : {};
      },
    };
    await provider.changePassword(USER, 'ada@example.org', 'Correct-Horse-7');
    expect(received.map(({ target }) => target)).toEqual(['AdminSetUserPassword', 'AdminCreateUser', 'AdminSetUserPassword']);
  });
});

describe('G20 the group', () => {
  test('of the role is added and that of another role taken away; groups that are no roles stay', async () => {
    answers = { AdminListGroupsForUser: { Groups: [{ GroupName: 'student' }, { GroupName: 'beta-testers' }] } };
    await provider.setRole(USER, 'tutor');
    expect(calls()).toEqual([
      call('AdminListGroupsForUser'),
      call('AdminRemoveUserFromGroup', { GroupName: 'student' }),
      call('AdminAddUserToGroup', { GroupName: 'tutor' }),
    ]);
  });

  test('is left alone when it is right, and when the pool has no such user', async () => {
    answers = { AdminListGroupsForUser: { Groups: [{ GroupName: 'tutor' }] } };
    await provider.setRole(USER, 'tutor');
    answers = { AdminListGroupsForUser: 'UserNotFoundException' };
    await provider.setRole(USER, 'tutor');
    expect(received.map(({ target }) => target)).toEqual(['AdminListGroupsForUser', 'AdminListGroupsForUser']);
  });
});

test('disabling, enabling, signing out and removing are one operation each, and nothing for a user whom the pool does not have', async () => {
  const acts = () => [provider.disable(USER), provider.enable(USER), provider.signOutEverywhere(USER), provider.remove(USER)];
  const operations = ['AdminDisableUser', 'AdminEnableUser', 'AdminUserGlobalSignOut', 'AdminDeleteUser'];
  for (const act of acts()) await act;
  expect(calls().toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).toEqual(
    operations.map((target) => call(target)).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  );
  answers = Object.fromEntries(operations.map((target) => [target, 'UserNotFoundException']));
  await Promise.all(acts());
  answers = Object.fromEntries(operations.map((target) => [target, 'AccessDeniedException']));
  for (const act of await Promise.allSettled(acts())) expect(act.status).toBe('rejected');
});
