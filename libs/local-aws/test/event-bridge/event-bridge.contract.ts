import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  InvalidEventPatternException,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, describe, expect, test } from 'vitest';
import { archiveContract } from './archive.contract.ts';
import { bodyOf, ContractWorkshop, type Endpoint } from './contract-workshop.ts';
import { patternCases } from './pattern-cases.ts';

const SOURCE_S = { source: ['s'] };

/** What the platform needs of EventBridge, through the SDK only. Removes what it makes. */
export function eventBridgeContract(name: string, endpoint: () => Endpoint): void {
  describe(name, () => {
    const workshop = new ContractWorkshop(endpoint);
    const events = () => endpoint().eventBridge;
    afterAll(() => workshop.cleanUp());

    describe('event buses', () => {
      test('exist once, and the default one always', async () => {
        const { name: Name, arn } = await workshop.bus();
        expect(await events().send(new DescribeEventBusCommand({ Name }))).toMatchObject({ Name, Arn: arn });
        expect(arn).toMatch(/^arn:aws:events:[\w-]+:\d{12}:event-bus\/bus-/);
        await expect(events().send(new CreateEventBusCommand({ Name }))).rejects.toThrow(ResourceAlreadyExistsException);
        const { EventBuses = [] } = await events().send(new ListEventBusesCommand({ NamePrefix: Name }));
        expect(EventBuses).toMatchObject([{ Name, Arn: arn }]);
        expect(await events().send(new DescribeEventBusCommand({}))).toMatchObject({ Name: 'default' });
      });

      test('that do not exist are named in the error', async () => {
        const missing = workshop.name('missing');
        const described = events().send(new DescribeEventBusCommand({ Name: missing }));
        await expect(described).rejects.toThrow(ResourceNotFoundException);
        await expect(described).rejects.toThrow(missing);
        const put = new PutRuleCommand({ Name: 'r', EventBusName: missing, EventPattern: JSON.stringify(SOURCE_S) });
        await expect(events().send(put)).rejects.toThrow(ResourceNotFoundException);
      });

      test('with rules cannot be deleted', async () => {
        const { name: bus } = await workshop.bus();
        const rule = await workshop.rule(bus, SOURCE_S);
        await expect(events().send(new DeleteEventBusCommand({ Name: bus }))).rejects.toMatchObject({
          name: 'ValidationException',
        });
        await events().send(new DeleteRuleCommand({ Name: rule.name, EventBusName: bus }));
      });
    });

    describe('rules and targets', () => {
      test('are described as they were put', async () => {
        const { name: EventBusName } = await workshop.bus();
        const queue = await workshop.queue();
        const EventPattern = '{"source":["s"],"detail":{"n":[{"numeric":[">",1]}]}}';
        const put = await events().send(new PutRuleCommand({ Name: 'r', EventBusName, EventPattern, Description: 'd' }));
        expect(put.RuleArn).toMatch(new RegExp(`:rule/${EventBusName}/r$`));
        const target = {
          Id: '1',
          Arn: queue.arn,
          DeadLetterConfig: { Arn: queue.arn },
          RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 600 },
        };
        const { FailedEntryCount } = await events().send(new PutTargetsCommand({ Rule: 'r', EventBusName, Targets: [target] }));
        expect(FailedEntryCount).toBe(0);
        const described = await events().send(new DescribeRuleCommand({ Name: 'r', EventBusName }));
        expect(described).toMatchObject({ Name: 'r', Arn: put.RuleArn, State: 'ENABLED', Description: 'd', EventBusName });
        expect(JSON.parse(described.EventPattern ?? '')).toEqual(JSON.parse(EventPattern));
        const { Rules } = await events().send(new ListRulesCommand({ EventBusName }));
        expect(Rules).toMatchObject([{ Name: 'r', Arn: put.RuleArn }]);
        const { Targets } = await events().send(new ListTargetsByRuleCommand({ Rule: 'r', EventBusName }));
        expect(Targets).toEqual([target]);
        const { RuleNames } = await events().send(new ListRuleNamesByTargetCommand({ TargetArn: queue.arn, EventBusName }));
        expect(RuleNames).toEqual(['r']);
      });

      test('go in order: first the targets, then the rule', async () => {
        const { name: EventBusName } = await workshop.bus();
        const queue = await workshop.queue();
        const { name: Name } = await workshop.rule(EventBusName, SOURCE_S, { Arn: queue.arn });
        const remove = new DeleteRuleCommand({ Name, EventBusName });
        await expect(events().send(remove)).rejects.toMatchObject({ name: 'ValidationException' });
        await events().send(new RemoveTargetsCommand({ Rule: Name, EventBusName, Ids: ['0'] }));
        await events().send(remove);
        await expect(events().send(new DescribeRuleCommand({ Name, EventBusName }))).rejects.toThrow(ResourceNotFoundException);
      });

      test('with an invalid pattern are refused', async () => {
        const { name: EventBusName } = await workshop.bus();
        for (const EventPattern of ['{', '[]', '{"a":"x"}', '{"a":[]}', '{"a":[{"numeric":["=","1"]}]}']) {
          const put = events().send(new PutRuleCommand({ Name: 'r', EventBusName, EventPattern }));
          await expect(put).rejects.toThrow(InvalidEventPatternException);
        }
      });

      test('carry tags', async () => {
        const { name: bus } = await workshop.bus();
        const { arn: ResourceARN } = await workshop.rule(bus, SOURCE_S);
        const Tags = [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ];
        await events().send(new TagResourceCommand({ ResourceARN, Tags }));
        await events().send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
        expect((await events().send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([{ Key: 'b', Value: '2' }]);
      });
    });

    describe('PutEvents', () => {
      test('brings the envelope of the event to every matching rule', async () => {
        const { name: bus } = await workshop.bus();
        const [matching, other] = [await workshop.queue(), await workshop.queue()];
        await workshop.rule(bus, { source: ['s'], 'detail-type': ['t'], detail: { n: [1] } }, { Arn: matching.arn });
        await workshop.rule(bus, { source: ['not-s'] }, { Arn: other.arn });
        const Time = new Date('2026-02-03T04:05:06.000Z');
        const [id] = await workshop.put(bus, { Detail: '{"n":1,"deep":{"a":[null,true]}}', Resources: ['r'], Time });
        const [message] = await workshop.receive(matching, 1);
        expect(bodyOf(message)).toEqual({
          version: '0',
          id,
          'detail-type': 't',
          source: 's',
          account: expect.stringMatching(/^\d{12}$/),
          time: '2026-02-03T04:05:06Z',
          region: expect.any(String),
          resources: ['r'],
          detail: { n: 1, deep: { a: [null, true] } },
        });
        expect(await workshop.rest(other)).toEqual([]);
      });

      test('answers per entry, in order', async () => {
        const { name: EventBusName } = await workshop.bus();
        const good = { EventBusName, Source: 's', DetailType: 't', Detail: '{}' };
        const Entries = [good, { ...good, Source: undefined }, { ...good, Detail: 'no json' }, good];
        const answer = await events().send(new PutEventsCommand({ Entries }));
        expect(answer.FailedEntryCount).toBe(2);
        expect(answer.Entries).toMatchObject([
          { EventId: expect.any(String) },
          { ErrorCode: 'InvalidArgument' },
          { ErrorCode: 'MalformedDetail' },
          { EventId: expect.any(String) },
        ]);
      });

      test('refuses no entry and more than ten', async () => {
        const entry = { Source: 's', DetailType: 't', Detail: '{}' };
        for (const length of [0, 11]) {
          const put = new PutEventsCommand({ Entries: Array.from({ length }, () => entry) });
          await expect(events().send(put)).rejects.toMatchObject({ name: 'ValidationException' });
        }
      });

      test('reaches no disabled rule, and all of several hundred events arrive', async () => {
        const { name: bus } = await workshop.bus();
        const queue = await workshop.queue();
        const { name: Name } = await workshop.rule(bus, SOURCE_S, { Arn: queue.arn });
        await events().send(new DisableRuleCommand({ Name, EventBusName: bus }));
        await workshop.put(bus, { Detail: '{"n":-1}' });
        expect(await workshop.rest(queue)).toEqual([]);
        await events().send(new EnableRuleCommand({ Name, EventBusName: bus }));
        const entry = (n: number) => ({ Detail: JSON.stringify({ n }) });
        const ids = await Promise.all(
          Array.from({ length: 20 }, (_, call) =>
            workshop.put(bus, ...Array.from({ length: 10 }, (_none, index) => entry(call * 10 + index))),
          ),
        );
        const bodies = (await workshop.receive(queue, 200)).map(bodyOf);
        expect(new Set(bodies.map((body) => body['id']))).toEqual(new Set(ids.flat()));
      });
    });

    describe('a target', () => {
      test('gets the part, the constant or the text it asks for', async () => {
        const { name: bus } = await workshop.bus();
        const queues = await Promise.all(Array.from({ length: 3 }, () => workshop.queue()));
        const [path, constant, template] = queues;
        if (!path || !constant || !template) throw new Error('three queues were made');
        const InputTransformer = {
          InputPathsMap: { name: '$.detail.name', first: '$.detail.list[0]' },
          InputTemplate: '{"hello": "dear <name>", "name": <name>, "first": <first>, "rule": "<aws.events.rule-name>"}',
        };
        const rule = await workshop.rule(
          bus,
          SOURCE_S,
          { Arn: path.arn, InputPath: '$.detail.list' },
          { Arn: constant.arn, Input: '{"fixed":true}' },
          { Arn: template.arn, InputTransformer },
        );
        await workshop.put(bus, { Detail: '{"name":"Ann","list":[7,8]}' });
        const bodies = await Promise.all(
          queues.map(async (queue) => JSON.parse((await workshop.receive(queue, 1))[0]?.Body ?? '')),
        );
        expect(bodies).toEqual([[7, 8], { fixed: true }, { hello: 'dear Ann', name: 'Ann', first: 7, rule: rule.name }]);
      });

      test('that is a FIFO queue gets its message group', async () => {
        const { name: bus } = await workshop.bus();
        const queue = await workshop.queue({ fifo: true });
        await workshop.rule(bus, SOURCE_S, { Arn: queue.arn, SqsParameters: { MessageGroupId: 'g' } });
        await workshop.put(bus, {});
        expect((await workshop.receive(queue, 1))[0]?.Attributes).toMatchObject({ MessageGroupId: 'g' });
      });

      test('that is a bus passes the event on', async () => {
        const [first, second] = [await workshop.bus(), await workshop.bus()];
        const queue = await workshop.queue();
        await workshop.rule(first.name, SOURCE_S, { Arn: second.arn });
        await workshop.rule(second.name, SOURCE_S, { Arn: queue.arn });
        await workshop.put(first.name, { Detail: '{"n":1}' });
        expect(bodyOf((await workshop.receive(queue, 1))[0])).toMatchObject({ source: 's', detail: { n: 1 } });
      });

      test('that does not exist sends the event to the dead-letter queue, with the facts', async () => {
        const { name: bus } = await workshop.bus();
        const [living, dlq] = [await workshop.queue(), await workshop.queue()];
        const missing = `${living.arn}-missing`;
        const DeadLetterConfig = { Arn: dlq.arn };
        const rule = await workshop.rule(
          bus,
          SOURCE_S,
          { Arn: missing, DeadLetterConfig },
          { Arn: living.arn, DeadLetterConfig },
        );
        const [id] = await workshop.put(bus, { Detail: '{"n":1}' });
        expect(bodyOf((await workshop.receive(living, 1))[0])).toMatchObject({ id });
        const [dead] = await workshop.receive(dlq, 1);
        expect(bodyOf(dead)).toMatchObject({ id, detail: { n: 1 } });
        const attributes = Object.entries(dead?.MessageAttributes ?? {}).map(([key, value]) => [key, value.StringValue]);
        expect(Object.fromEntries(attributes)).toMatchObject({
          RULE_ARN: rule.arn,
          TARGET_ARN: missing,
          ERROR_CODE: 'NO_RESOURCE',
          ERROR_MESSAGE: expect.any(String),
        });
      });
    });

    describe('TestEventPattern', () => {
      test.each(patternCases)('%j %j -> %s', async (pattern, detail, expected) => {
        const Event = JSON.stringify({
          version: '0',
          id: '1',
          'detail-type': 't',
          source: 's',
          account: '123456789012',
          time: '2026-01-01T00:00:00Z',
          region: 'us-east-1',
          resources: [],
          detail,
        });
        const EventPattern = JSON.stringify({ detail: pattern });
        expect((await events().send(new TestEventPatternCommand({ EventPattern, Event }))).Result).toBe(expected);
      });

      test('refuses an invalid pattern', async () => {
        const command = new TestEventPatternCommand({ EventPattern: '{"a":[{"wildcard":"**"}]}', Event: '{}' });
        await expect(events().send(command)).rejects.toThrow(InvalidEventPatternException);
      });
    });

    archiveContract(workshop, endpoint);
  });
}
