import { randomUUID } from 'node:crypto';
import { UserCreated } from '@edtech/contracts';
import { lambdaService } from '@edtech/shared-kernel';
import { recordedEvent } from '@edtech/shared-kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tutorService } from '../src/tutor-service.module.ts';
import { runningTutorService, type RunningTutorService } from './running-tutor-service.ts';

let service: RunningTutorService;
let handler: ReturnType<typeof lambdaService>;

beforeAll(async () => {
  service = await runningTutorService();
  handler = lambdaService(tutorService, service.environment);
});
afterAll(() => service.close());

/** A record as the trigger of an SQS queue hands it over. */
function sqsRecord(messageId: string, body: string) {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body,
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: '0', SenderId: 'events', ApproximateFirstReceiveTimestamp: '0' },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:tutor-inbox',
    awsRegion: 'us-east-1',
  };
}
function userCreated(userId: string): string {
  const person = {
    userId,
    email: 'ada@example.org',
    firstName: 'Ada',
    lastName: 'Byron',
    role: 'tutor',
    status: 'active',
  } as const;
  const payload = { ...person, locale: 'en', timezone: 'UTC', isMinor: false };
  const { eventName: _, ...detail } = recordedEvent(UserCreated, payload, { aggregateId: userId, userId });
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': 'user.created',
    source: 'user-service',
    account: '000000000000',
    time: detail.occurredAt,
    region: 'us-east-1',
    resources: [],
    detail,
  });
}

test('G27 as a Lambda function the service handles what the poller would: ten records, garbage among them, are all taken', async () => {
  const users = Array.from({ length: 9 }, () => randomUUID());
  const records = [...users.map((userId) => sqsRecord(userId, userCreated(userId))), sqsRecord('garbage', 'no event')];
  expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
  for (const userId of users) expect(await service.eventsOf(userId)).toEqual(['tutor.profile_created']);
  expect(await service.query('SELECT event_name FROM parked_events')).toHaveLength(1);
  expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
  for (const userId of users) expect(await service.eventsOf(userId)).toEqual(['tutor.profile_created']);
});

test('G27 what cannot be handled now is named, and only that', async () => {
  const userId = randomUUID();
  await service.query('ALTER TABLE user_cards RENAME TO user_cards_away');
  const first = await handler({ Records: [sqsRecord('m-1', userCreated(userId)), sqsRecord('m-2', 'no event')] });
  await service.query('ALTER TABLE user_cards_away RENAME TO user_cards');
  expect(first).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
  expect(await handler({ Records: [sqsRecord('m-1', userCreated(userId))] })).toEqual({ batchItemFailures: [] });
  expect(await service.eventsOf(userId)).toEqual(['tutor.profile_created']);
});
