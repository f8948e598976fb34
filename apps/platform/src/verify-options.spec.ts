import { expect, test } from 'vitest';
import { verifyRequest } from './verify-options.ts';

test('all that is possible is read', () => {
  const args = '--service user --stream User/1/2 --since 7 --only I3,I9 --canary a --canary b --allow users.email --json';
  expect(verifyRequest(args.split(' '))).toEqual({
    services: ['user-service'],
    stream: 'User/1/2',
    since: 7,
    only: ['I3', 'I9'],
    canaries: ['a', 'b'],
    allowed: ['users.email'],
    json: true,
  });
});

test('nothing said: everything of all services', () => {
  expect(verifyRequest([])).toMatchObject({
    services: ['identity-service', 'user-service', 'tutor-service', 'admin-service', 'payment-service'],
    only: undefined,
    json: false,
  });
});

test('a service is named as on the bus or in short, and judged once', () => {
  expect(verifyRequest(['--service', 'tutor-service', '--service', 'tutor'])).toMatchObject({ services: ['tutor-service'] });
});

test.each([
  ['--everything', 'everything'],
  ['--service matching', 'there are identity, user, tutor, admin, payment'],
  ['--stream User', 'is no stream'],
  ['--since 1', 'say with --service which'],
  ['--service user --since x', 'no position'],
  ['--only I13', 'there is no invariant I13'],
  ['--only I3,', 'there is no invariant'],
  ['--canary=', '--canary is empty'],
  ['--allow users', 'no column'],
  ['user', 'user'],
])('%s is refused', (args, reason) => expect(() => verifyRequest(args.split(' '))).toThrow(reason));
