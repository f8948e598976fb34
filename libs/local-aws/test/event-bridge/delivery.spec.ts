import { describe, expect, test } from 'vitest';
import { AwsError } from '../../src/aws-error.ts';
import { settle } from './manual-clock.ts';
import { DLQ, OTHER_QUEUE, QUEUE, RecordingTargets, testBus, unavailable } from './test-bus.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('delivery', () => {
  test('every target of every matching rule gets the event once', async () => {
    const { bus, call, rule, put, targets } = await testBus();
    await rule('first', { Id: '1', Arn: QUEUE }, { Id: '2', Arn: OTHER_QUEUE });
    await rule('second', { Id: '1', Arn: QUEUE });
    await call('PutRule', { Name: 'not-this', EventPattern: '{"source":["x"]}' });
    await call('PutTargets', { Rule: 'not-this', Targets: [{ Id: '1', Arn: QUEUE }] });
    await put({ n: 1 }, { n: 2 });
    await bus.idle();
    expect(targets.details(QUEUE).toSorted()).toHaveLength(4);
    expect(targets.details(OTHER_QUEUE)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(bus.stats()).toEqual({ accepted: 2, delivered: 6, retried: 0, deadLettered: 0, dropped: 0, pending: 0 });
  });

  test('a disabled rule gets nothing until it is enabled', async () => {
    const { bus, call, rule, put, targets } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE });
    await call('DisableRule', { Name: 'r' });
    await put({ n: 1 });
    await call('EnableRule', { Name: 'r' });
    await put({ n: 2 });
    await bus.idle();
    expect(targets.details(QUEUE)).toEqual([{ n: 2 }]);
  });

  test('nothing stays in the store of an event that has reached all its targets', async () => {
    const { bus, rule, put, store } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE }, { Id: '2', Arn: OTHER_QUEUE });
    await put({ n: 1 });
    await bus.idle();
    const left: string[] = [];
    for await (const [key] of store.range('', '~')) left.push(key);
    expect(left).toEqual(['rule/default/r']);
  });

  test('a target gets at most 16 events at once, and a slow one holds up no other', async () => {
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const targets = new (class extends RecordingTargets {
      override async deliver(arn: string, body: string): Promise<void> {
        if (arn === QUEUE) {
          most = Math.max(most, (running += 1));
          await gate.promise;
          running -= 1;
        }
        await super.deliver(arn, body, {});
      }
    })();
    const { bus, rule, put } = await testBus({ targets });
    await rule('r', { Id: '1', Arn: QUEUE }, { Id: '2', Arn: OTHER_QUEUE });
    for (let n = 0; n < 5; n++) await put(...Array.from({ length: 10 }, () => ({ n })));
    await settle();
    expect([targets.at(OTHER_QUEUE).length, running]).toEqual([50, 16]);
    gate.resolve();
    await bus.idle();
    expect(most).toBe(16);
    expect(bus.stats()).toMatchObject({ delivered: 100, pending: 0 });
  });

  test('a failing target is tried again later and delays no other target', async () => {
    const { bus, rule, put, targets, clock } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE }, { Id: '2', Arn: OTHER_QUEUE });
    targets.failure = (arn) => (arn === QUEUE ? unavailable() : undefined);
    await put({ n: 1 });
    await bus.idle();
    expect(targets.details(OTHER_QUEUE)).toEqual([{ n: 1 }]);
    expect(bus.stats()).toMatchObject({ delivered: 1, pending: 1 });
    targets.failure = () => undefined;
    await clock.advance(200);
    expect(targets.details(QUEUE)).toEqual([{ n: 1 }]);
    expect(bus.stats()).toMatchObject({ delivered: 2, retried: 1, pending: 0 });
  });

  test('retries end at MaximumRetryAttempts; the event goes to the dead-letter queue with the facts', async () => {
    const { bus, rule, put, targets, clock } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 3 }, DeadLetterConfig: { Arn: DLQ } });
    let attempts = 0;
    targets.failure = (arn) => {
      if (arn === DLQ) return undefined;
      attempts += 1;
      return unavailable();
    };
    await put({ n: 1 });
    await clock.advance(HOUR);
    expect(attempts).toBe(4);
    expect(targets.details(DLQ)).toEqual([{ n: 1 }]);
    expect(targets.at(DLQ)[0]?.attributes).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/r',
      TARGET_ARN: QUEUE,
      ERROR_CODE: 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: 'The queue service is away',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '3',
    });
    expect(bus.stats()).toEqual({ accepted: 1, delivered: 0, retried: 3, deadLettered: 1, dropped: 0, pending: 0 });
  });

  test('retries end at MaximumEventAgeInSeconds', async () => {
    const { rule, put, targets, clock } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE, RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: DLQ } });
    targets.failure = (arn) => (arn === DLQ ? undefined : new AwsError('ThrottlingException', 'slow down'));
    await put({ n: 1 });
    await clock.advance(61_000);
    expect(targets.at(DLQ)[0]?.attributes).toMatchObject({
      ERROR_CODE: 'THROTTLING',
      EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds',
    });
  });

  test('by default retries go on for about a day', async () => {
    const { bus, rule, put, targets, clock } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE });
    targets.failure = unavailable;
    await put({ n: 1 });
    await clock.advance(15 * HOUR);
    expect(bus.stats()).toMatchObject({ pending: 1 });
    await clock.advance(DAY);
    expect(bus.stats()).toMatchObject({ pending: 0, dropped: 1 });
    expect(bus.stats().retried).toBeGreaterThan(100);
  });

  test.each(['NO_RESOURCE', 'NO_PERMISSIONS'])('%s is not retried', async (type) => {
    const { bus, rule, put, targets } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE, DeadLetterConfig: { Arn: DLQ } });
    targets.failure = (arn) => (arn === DLQ ? undefined : new AwsError(type, 'no'));
    await put({ n: 1 });
    await bus.idle();
    expect(targets.at(DLQ)).toHaveLength(1);
    expect(targets.at(DLQ)[0]?.attributes).toMatchObject({ ERROR_CODE: type, RETRY_ATTEMPTS: '0' });
    expect(targets.at(DLQ)[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  test('without a dead-letter queue, or with one that fails, the event is dropped and counted', async () => {
    const { bus, rule, put, targets } = await testBus();
    await rule('without', { Id: '1', Arn: QUEUE });
    await rule('broken', { Id: '1', Arn: OTHER_QUEUE, DeadLetterConfig: { Arn: DLQ } });
    targets.failure = () => new AwsError('NO_RESOURCE', 'gone');
    await put({ n: 1 });
    await bus.idle();
    expect(bus.stats()).toMatchObject({ dropped: 2, deadLettered: 0, pending: 0 });
  });

  test('the message group of a FIFO target is passed on', async () => {
    const { bus, rule, put, targets } = await testBus();
    const fifo = `${QUEUE}.fifo`;
    await rule('r', { Id: '1', Arn: fifo, SqsParameters: { MessageGroupId: 'g' } });
    await put({ n: 1 });
    await bus.idle();
    expect(targets.at(fifo)).toMatchObject([{ messageGroupId: 'g' }]);
  });

  test('an event reaches the rules of another bus unchanged', async () => {
    const { bus, call, rule, put, targets } = await testBus();
    const { EventBusArn } = await call('CreateEventBus', { Name: 'second' });
    await rule('on', { Id: '1', Arn: EventBusArn }, { Id: '2', Arn: QUEUE });
    await call('PutRule', { Name: 'r', EventBusName: 'second', EventPattern: '{"source":["s"]}' });
    await call('PutTargets', { Rule: 'r', EventBusName: 'second', Targets: [{ Id: '1', Arn: OTHER_QUEUE }] });
    await put({ n: 1 });
    await bus.idle();
    expect(targets.at(OTHER_QUEUE)).toEqual(targets.at(QUEUE));
    expect(targets.at(OTHER_QUEUE)).toHaveLength(1);
  });

  test('an event sent in a circle of buses stops', async () => {
    const { bus, call, rule, put } = await testBus();
    const { EventBusArn } = await call('CreateEventBus', { Name: 'second' });
    await rule('there', { Id: '1', Arn: EventBusArn });
    await call('PutRule', { Name: 'back', EventBusName: 'second', EventPattern: '{"source":["s"]}' });
    const back = { Id: '1', Arn: 'arn:aws:events:us-east-1:000000000000:event-bus/default' };
    await call('PutTargets', { Rule: 'back', EventBusName: 'second', Targets: [back] });
    await put({ n: 1 });
    await bus.idle();
    expect(bus.stats()).toMatchObject({ delivered: 10, dropped: 1, pending: 0 });
  });
});

describe('after a restart on the same store', () => {
  test('open deliveries continue with the attempts they had; finished ones do not repeat', async () => {
    const first = await testBus();
    await first.rule(
      'r',
      { Id: '1', Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: DLQ } },
      { Id: '2', Arn: OTHER_QUEUE },
    );
    first.targets.failure = (arn) => (arn === QUEUE ? unavailable() : undefined);
    await first.put({ n: 1 });
    await first.bus.idle();
    await first.bus.close();
    const { store, clock, targets } = first;
    const second = await testBus({ store, clock, targets });
    expect(second.bus.stats()).toMatchObject({ pending: 1 });
    await clock.advance(HOUR);
    expect(targets.at(OTHER_QUEUE)).toHaveLength(1);
    expect(targets.at(DLQ)[0]?.attributes).toMatchObject({ RETRY_ATTEMPTS: '2' });
    expect(second.bus.stats()).toMatchObject({ retried: 2, deadLettered: 1, pending: 0 });
  });

  test('an event accepted but never attempted is delivered, and new events do not take its place', async () => {
    const first = await testBus();
    await first.rule('r', { Id: '1', Arn: QUEUE });
    first.faults.delayMs = 1000;
    await first.put({ n: 1 });
    await first.bus.close();
    const { store, clock, targets } = first;
    targets.failure = unavailable;
    const second = await testBus({ store, clock, targets });
    second.faults.delayMs = 1000;
    await second.put({ n: 2 });
    await second.bus.close();
    targets.failure = () => undefined;
    await testBus({ store, clock, targets });
    await clock.advance(1000);
    expect(targets.details(QUEUE)).toHaveLength(2);
    expect(targets.details(QUEUE)).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
  });

  test('a delivery older than its maximum age is dead-lettered without another attempt', async () => {
    const first = await testBus();
    await first.rule('r', { Id: '1', Arn: QUEUE, RetryPolicy: { MaximumEventAgeInSeconds: 60 }, DeadLetterConfig: { Arn: DLQ } });
    first.faults.failTarget = 1;
    await first.put({ n: 1 });
    await first.bus.idle();
    await first.bus.close();
    const { store, clock, targets } = first;
    await clock.advance(61_000);
    await testBus({ store, clock, targets });
    await settle();
    expect(targets.at(QUEUE)).toEqual([]);
    expect(targets.at(DLQ)).toHaveLength(1);
  });

  test('buses, rules, targets and tags are there again', async () => {
    const first = await testBus();
    await first.call('CreateEventBus', { Name: 'b', Tags: [{ Key: 'k', Value: 'v' }] });
    await first.rule('r', { Id: '1', Arn: QUEUE, InputPath: '$.detail' });
    const described = await first.call('DescribeRule', { Name: 'r' });
    await first.bus.close();
    const second = await testBus({ store: first.store });
    expect(await second.call('DescribeRule', { Name: 'r' })).toEqual(described);
    expect(await second.call('ListTargetsByRule', { Rule: 'r' })).toEqual({
      Targets: [{ Id: '1', Arn: QUEUE, InputPath: '$.detail' }],
    });
    const ResourceARN = 'arn:aws:events:us-east-1:000000000000:event-bus/b';
    expect(await second.call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'k', Value: 'v' }] });
  });
});
