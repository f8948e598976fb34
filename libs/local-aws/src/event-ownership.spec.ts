import { expect, test } from 'vitest';
import { eventOwnership } from './event-ownership.ts';

const refusal = eventOwnership({
  bus: 'b',
  queues: [],
  rules: [],
  noSubscriber: [],
  eventSources: { 'user-service': ['user.created'], 'tutor-service': ['tutor.verified'] },
});

test('a service publishes its own events', () => {
  expect(refusal('user-service', 'user.created', 'user-service')).toBeUndefined();
  expect(refusal('user-service', 'user.created', 'somebody')).toBeUndefined();
});

test('nobody publishes the events of another source, or as another service', () => {
  expect(refusal('tutor-service', 'user.created', undefined)).toContain('does not own');
  expect(refusal('user-service', 'user.made_up', 'user-service')).toContain('does not own');
  expect(refusal('user-service', 'user.created', 'tutor-service')).toContain('may not publish as');
});
