import { describe, expect, test } from 'vitest';
import { compileTargetInput } from '../../src/event-bridge/target-input.ts';

const event = {
  version: '0',
  'detail-type': 't',
  source: 's',
  detail: { name: 'Ann "A" O\\H', count: 2, list: [{ id: 'x' }, { id: 'y' }], empty: null, deep: { a: true } },
};
const context = {
  event: JSON.stringify(event),
  ruleArn: 'arn:rule',
  ruleName: 'the-rule',
  ingestionTime: '2026-03-01T12:00:00Z',
};
const target = { Id: '1', Arn: 'arn' };

function transformed(InputTemplate: string, InputPathsMap: Record<string, string> = {}): string {
  return compileTargetInput({ ...target, InputTransformer: { InputTemplate, InputPathsMap } })(context);
}

describe('a target without input settings', () => {
  test('gets the whole event as it is', () => expect(compileTargetInput(target)(context)).toBe(context.event));
});

describe('Input', () => {
  test('replaces the event', () => expect(compileTargetInput({ ...target, Input: '{"a": 1}' })(context)).toBe('{"a": 1}'));
  test('must be JSON', () => expect(() => compileTargetInput({ ...target, Input: '{a}' })).toThrow('JSON syntax error'));
});

describe('InputPath', () => {
  test.each([
    ['$', JSON.stringify(event)],
    ['$.detail-type', '"t"'],
    ['$.detail.list[1].id', '"y"'],
    ['$.detail.list', '[{"id":"x"},{"id":"y"}]'],
    ['$.detail.empty', 'null'],
    ['$.detail.missing.more', 'null'],
    ['$.detail.list[9]', 'null'],
  ])('%s selects %s', (InputPath, selected) => {
    expect(compileTargetInput({ ...target, InputPath })(context)).toBe(selected);
  });
  test.each(['', 'detail', '$.', '$detail', '$.a..b', '$.a[x]', '$.a[*]', '$.a b'])('%j is refused', (InputPath) => {
    expect(() => compileTargetInput({ ...target, InputPath })).toThrow('Invalid InputPath');
  });
});

describe('InputTransformer', () => {
  const paths = {
    name: '$.detail.name',
    count: '$.detail.count',
    list: '$.detail.list',
    none: '$.detail.nope',
    deep: '$.detail.deep',
  };
  test.each([
    ['{"n": <name>}', { n: event.detail.name }],
    ['{"n": "Hello <name>!"}', { n: `Hello ${event.detail.name}!` }],
    ['{"c": <count>, "t": "<count>"}', { c: 2, t: '2' }],
    ['{"l": <list>, "d": <deep>}', { l: event.detail.list, d: event.detail.deep }],
    ['{"d": "as text: <deep>"}', { d: 'as text: {"a":true}' }],
    ['{"gone": <none>, "t": "[<none>]"}', { gone: null, t: '[]' }],
    ['"<name> has <count>"', `${event.detail.name} has 2`],
    ['{"escaped \\" quote": "<name>", "after": <name>}', { 'escaped " quote': event.detail.name, after: event.detail.name }],
    ['{"r": <aws.events.rule-name>, "a": "<aws.events.rule-arn>"}', { r: 'the-rule', a: 'arn:rule' }],
    ['{"at": "<aws.events.event.ingestion-time>"}', { at: '2026-03-01T12:00:00Z' }],
    ['{"e": <aws.events.event.json>}', { e: event }],
    ['{"e": <aws.events.event>}', { e: { version: '0', 'detail-type': 't', source: 's' } }],
  ])('%s', (template, expected) => {
    expect(JSON.parse(transformed(template, paths))).toEqual(expected);
  });
  test('lines of text stay lines', () => {
    expect(transformed('"<count>"\n"a < b"', { count: '$.detail.count' })).toBe('"2"\n"a < b"');
  });
  test('a placeholder that is no variable is refused', () => {
    expect(() => transformed('"<count> <other>"', { count: '$.detail.count' })).toThrow('invalid placeholder other');
    expect(() => transformed('"<toString>"')).toThrow('invalid placeholder toString');
  });
  test('100 variables are allowed, not 101', () => {
    const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, '$.source']));
    expect(transformed('"<v99>"', variables(100))).toBe('"s"');
    expect(() => transformed('"<v99>"', variables(101))).toThrow('101 variables');
  });
  test('reserved names cannot be variables and paths must be paths', () => {
    expect(() => transformed('"x"', { 'aws.events.rule-name': '$.source' })).toThrow('reserved');
    expect(() => transformed('"x"', { a: 'source' })).toThrow('Invalid InputPath');
  });
});

test('only one of the three may be given', () => {
  expect(() => compileTargetInput({ ...target, Input: '{}', InputPath: '$' })).toThrow('Only one of');
});
