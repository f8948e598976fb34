import { describe, expect, test } from 'vitest';
import { QUEUE, testBus } from './test-bus.ts';

const pattern = '{"source":["s"]}';
const arn = (rest: string) => `arn:aws:events:us-east-1:000000000000:${rest}`;
const validation = { type: 'ValidationException' };
const notFound = { type: 'ResourceNotFoundException' };

describe('event buses', () => {
  test('are created once, described, listed and deleted; deleting twice is harmless', async () => {
    const { call, clock } = await testBus();
    expect(await call('CreateEventBus', { Name: 'b', Description: 'd' })).toEqual({
      EventBusArn: arn('event-bus/b'),
      Description: 'd',
    });
    const described = {
      Name: 'b',
      Arn: arn('event-bus/b'),
      Description: 'd',
      CreationTime: clock.now().getTime() / 1000,
      LastModifiedTime: clock.now().getTime() / 1000,
    };
    expect(await call('DescribeEventBus', { Name: 'b' })).toEqual(described);
    expect(await call('DescribeEventBus', { Name: arn('event-bus/b') })).toEqual(described);
    expect(await call('DescribeEventBus')).toMatchObject({ Name: 'default' });
    await expect(call('CreateEventBus', { Name: 'b' })).rejects.toMatchObject({ type: 'ResourceAlreadyExistsException' });
    await expect(call('CreateEventBus', { Name: 'default' })).rejects.toMatchObject({ type: 'ResourceAlreadyExistsException' });
    await expect(call('CreateEventBus', { Name: 'a/b' })).rejects.toMatchObject(validation);
    expect(await call('ListEventBuses')).toMatchObject({ EventBuses: [{ Name: 'b' }, { Name: 'default' }] });
    expect(await call('ListEventBuses', { NamePrefix: 'd' })).toMatchObject({ EventBuses: [{ Name: 'default' }] });
    expect(await call('DeleteEventBus', { Name: 'b' })).toEqual({});
    expect(await call('DeleteEventBus', { Name: 'b' })).toEqual({});
    await expect(call('DescribeEventBus', { Name: 'b' })).rejects.toMatchObject(notFound);
    await expect(call('DeleteEventBus', { Name: 'default' })).rejects.toMatchObject(validation);
  });

  test('with rules are not deleted', async () => {
    const { call } = await testBus();
    await call('CreateEventBus', { Name: 'b' });
    await call('PutRule', { Name: 'r', EventBusName: 'b', EventPattern: pattern });
    await expect(call('DeleteEventBus', { Name: 'b' })).rejects.toThrow('since it has rules');
    await call('DeleteRule', { Name: 'r', EventBusName: 'b' });
    expect(await call('DeleteEventBus', { Name: 'b' })).toEqual({});
  });
});

describe('rules', () => {
  test('are described as AWS does', async () => {
    const { call } = await testBus();
    await call('CreateEventBus', { Name: 'b' });
    const text = '{ "source": ["s"] }';
    expect(await call('PutRule', { Name: 'r', EventBusName: 'b', EventPattern: text, Description: 'd' })).toEqual({
      RuleArn: arn('rule/b/r'),
    });
    expect(await call('DescribeRule', { Name: 'r', EventBusName: 'b' })).toEqual({
      Name: 'r',
      Arn: arn('rule/b/r'),
      EventPattern: text,
      State: 'ENABLED',
      Description: 'd',
      EventBusName: 'b',
      CreatedBy: '000000000000',
    });
    expect(await call('PutRule', { Name: 'r', EventPattern: pattern })).toEqual({ RuleArn: arn('rule/r') });
  });

  test('put again replace all but targets and tags', async () => {
    const { call } = await testBus();
    await call('PutRule', {
      Name: 'r',
      EventPattern: pattern,
      Description: 'd',
      State: 'DISABLED',
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    await call('PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: QUEUE }] });
    await call('PutRule', { Name: 'r', EventPattern: '{"source":["other"]}' });
    const described = await call('DescribeRule', { Name: 'r' });
    expect(described).toMatchObject({ EventPattern: '{"source":["other"]}', State: 'ENABLED' });
    expect(described).not.toHaveProperty('Description');
    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: '1', Arn: QUEUE }] });
    expect(await call('ListTagsForResource', { ResourceARN: arn('rule/r') })).toEqual({ Tags: [{ Key: 'k', Value: 'v' }] });
  });

  test('are listed by prefix and page', async () => {
    const { call } = await testBus();
    for (const Name of ['b1', 'a1', 'a2', 'a3']) await call('PutRule', { Name, EventPattern: pattern });
    const first = await call('ListRules', { NamePrefix: 'a', Limit: 2 });
    expect(first).toMatchObject({ Rules: [{ Name: 'a1' }, { Name: 'a2' }], NextToken: expect.any(String) });
    const second = await call('ListRules', { NamePrefix: 'a', Limit: 2, NextToken: first['NextToken'] });
    expect(second).toMatchObject({ Rules: [{ Name: 'a3', Arn: arn('rule/a3') }] });
    expect(second).not.toHaveProperty('NextToken');
  });

  test('are refused when they cannot work', async () => {
    const { call } = await testBus();
    expect(await call('PutRule', { Name: 'r', EventPattern: pattern })).toHaveProperty('RuleArn');
    await expect(call('PutRule', { Name: 'r', EventPattern: '{"a":[]}' })).rejects.toMatchObject({
      type: 'InvalidEventPatternException',
    });
    await expect(call('PutRule', { Name: 'r' })).rejects.toThrow('must be specified');
    await expect(call('PutRule', { Name: 'r', ScheduleExpression: 'rate(1 day)' })).rejects.toThrow('ScheduleExpression');
    await expect(call('PutRule', { Name: 'r s', EventPattern: pattern })).rejects.toMatchObject(validation);
    await expect(call('PutRule', { Name: 'r', EventPattern: pattern, State: 'ON' })).rejects.toMatchObject(validation);
    await expect(call('PutRule', { EventPattern: pattern })).rejects.toMatchObject(validation);
    await expect(call('PutRule', { Name: 'r', EventPattern: pattern, EventBusName: 'x' })).rejects.toMatchObject(notFound);
    await expect(call('DescribeRule', { Name: 'x' })).rejects.toThrow('Rule x does not exist on EventBus default.');
    await expect(call('EnableRule', { Name: 'x' })).rejects.toMatchObject(notFound);
    await expect(call('ListRules', { Limit: 0 })).rejects.toMatchObject(validation);
    await expect(call('ListRules', { NextToken: 'x' })).rejects.toMatchObject(validation);
  });

  test('with targets are not deleted; deleting twice is harmless', async () => {
    const { call, rule } = await testBus();
    await rule('r', { Id: '1', Arn: QUEUE });
    await expect(call('DeleteRule', { Name: 'r' })).rejects.toThrow('since it has targets');
    await call('RemoveTargets', { Rule: 'r', Ids: ['1'] });
    expect(await call('DeleteRule', { Name: 'r' })).toEqual({});
    expect(await call('DeleteRule', { Name: 'r' })).toEqual({});
  });
});

describe('targets', () => {
  test('are listed as they were put; one with the same id is replaced', async () => {
    const { call, rule } = await testBus();
    const full = {
      Id: '1',
      Arn: `${QUEUE}.fifo`,
      InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '"<a>"' },
      SqsParameters: { MessageGroupId: 'g' },
      DeadLetterConfig: { Arn: QUEUE },
      RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
    };
    await rule('r', { Id: '1', Arn: QUEUE }, { Id: '2', Arn: QUEUE });
    expect(await call('PutTargets', { Rule: 'r', Targets: [full] })).toEqual({ FailedEntryCount: 0, FailedEntries: [] });
    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [full, { Id: '2', Arn: QUEUE }] });
    expect(await call('ListRuleNamesByTarget', { TargetArn: QUEUE })).toEqual({ RuleNames: ['r'] });
    expect(await call('ListRuleNamesByTarget', { TargetArn: `${QUEUE}2` })).toEqual({ RuleNames: [] });
    expect(await call('RemoveTargets', { Rule: 'r', Ids: ['1', 'none'] })).toEqual({ FailedEntryCount: 0, FailedEntries: [] });
    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: '2', Arn: QUEUE }] });
  });

  const target = { Id: '1', Arn: QUEUE };
  test.each<[string, object, string]>([
    ['a function', { ...target, Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }, 'function:f'],
    ['an HTTP destination', { ...target, Arn: arn('api-destination/d/1') }, 'api-destination/d/1'],
    ['no ARN', { Id: '1' }, 'arn'],
    ['no id', { Arn: QUEUE }, 'id'],
    ['FIFO without group', { ...target, Arn: `${QUEUE}.fifo` }, 'MessageGroupId'],
    ['two inputs', { ...target, Input: '{}', InputPath: '$' }, 'Only one of'],
    ['186 retries', { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } }, 'maximumRetryAttempts'],
    ['59 seconds', { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, 'maximumEventAgeInSeconds'],
    ['a day and a second', { ...target, RetryPolicy: { MaximumEventAgeInSeconds: 86_401 } }, 'maximumEventAgeInSeconds'],
    ['a dead-letter topic', { ...target, DeadLetterConfig: { Arn: 'arn:aws:sns:us-east-1:000000000000:t' } }, 'DeadLetterConfig'],
    ['settings of another service', { ...target, EcsParameters: {} }, 'EcsParameters'],
    ['input for a bus', { ...target, Arn: arn('event-bus/b'), Input: '{}' }, 'event bus'],
    ['a bad template', { ...target, InputTransformer: { InputTemplate: '<x>' } }, 'placeholder x'],
  ])('with %s are refused, and nothing is put', async (_case, bad, named) => {
    const { call, rule } = await testBus();
    await rule('r', { Id: '0', Arn: QUEUE });
    await expect(call('PutTargets', { Rule: 'r', Targets: [{ Id: '2', Arn: QUEUE }, bad] })).rejects.toMatchObject({
      ...validation,
      message: expect.stringContaining(named),
    });
    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: '0', Arn: QUEUE }] });
  });

  test('are at most five for a rule', async () => {
    const { call, rule } = await testBus();
    await rule('r', ...['1', '2', '3', '4', '5'].map((Id) => ({ Id, Arn: QUEUE })));
    const sixth = { Rule: 'r', Targets: [{ Id: '6', Arn: QUEUE }] };
    await expect(call('PutTargets', sixth)).rejects.toMatchObject({ type: 'LimitExceededException' });
    await expect(call('PutTargets', { ...sixth, Rule: 'none' })).rejects.toMatchObject(notFound);
  });
});

describe('tags', () => {
  test('of buses and rules are added, replaced and removed', async () => {
    const { call } = await testBus();
    await call('CreateEventBus', { Name: 'b' });
    await call('PutRule', { Name: 'r', EventBusName: 'b', EventPattern: pattern });
    for (const ResourceARN of [arn('event-bus/b'), arn('rule/b/r')]) {
      await call('TagResource', { ResourceARN, Tags: ['a', 'b'].map((Key) => ({ Key, Value: '1' })) });
      await call('TagResource', { ResourceARN, Tags: [{ Key: 'a', Value: '2' }] });
      await call('UntagResource', { ResourceARN, TagKeys: ['b'] });
      expect(await call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'a', Value: '2' }] });
    }
    await expect(call('ListTagsForResource', { ResourceARN: arn('rule/none') })).rejects.toMatchObject(notFound);
  });
});

describe('TestEventPattern', () => {
  const event = { id: '1', account: 'a', source: 's', time: 't', region: 'r', resources: [], 'detail-type': 'd' };
  const run = async (EventPattern: string, Event: string) => (await testBus()).call('TestEventPattern', { EventPattern, Event });
  test('tells whether the event matches', async () => {
    expect(await run(pattern, JSON.stringify(event))).toEqual({ Result: true });
    expect(await run(pattern, JSON.stringify({ ...event, source: 'x' }))).toEqual({ Result: false });
  });
  test('refuses bad patterns and bad events', async () => {
    await expect(run('{}', JSON.stringify(event))).rejects.toMatchObject({ type: 'InvalidEventPatternException' });
    await expect(run(pattern, '[]')).rejects.toMatchObject(validation);
    await expect(run(pattern, '{"source":"s"}')).rejects.toThrow('detail-type');
  });
});
