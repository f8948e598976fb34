import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contracts, subscriptions } from '../src/index.ts';

const folder = new URL('../../../infrastructure/events/', import.meta.url);
const text = readFileSync(new URL('asyncapi.json', folder), 'utf8');
type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function entries(value: unknown): [string, Node][] {
  return isNode(value) ? Object.entries(value).flatMap(([key, child]) => (isNode(child) ? [[key, child]] : [])) : [];
}

/** What an AsyncAPI 3 reader would stumble over: missing required members and references to nothing. */
function problemsOf(document: Node): string[] {
  const problems: string[] = [];
  const need = (condition: boolean, problem: string): unknown => !condition && problems.push(problem);
  const info = isNode(document['info']) ? document['info'] : {};
  need(document['asyncapi'] === '3.0.0', 'asyncapi');
  need(typeof info['title'] === 'string' && typeof info['version'] === 'string', 'info');
  for (const [key, channel] of entries(document['channels']))
    need(entries(channel['messages']).length > 0 && channel['address'] === key, `channel ${key}`);
  for (const [key, operation] of entries(document['operations'])) {
    need(['send', 'receive'].includes(String(operation['action'])) && isNode(operation['channel']), `operation ${key}`);
  }
  const components = isNode(document['components']) ? document['components'] : {};
  for (const [key, message] of entries(components['messages'])) need(isNode(message['payload']), `message ${key}`);
  for (const reference of referencesIn(document)) need(resolves(document, reference), `reference ${reference}`);
  return problems;
}

function referencesIn(value: unknown): string[] {
  if (!isNode(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === '$ref' ? [String(child)] : referencesIn(child)));
}

function resolves(document: Node, reference: string): boolean {
  if (!reference.startsWith('#/')) return isNode(JSON.parse(readFileSync(new URL(reference, folder), 'utf8')));
  const target = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (isNode(node) ? node[key] : undefined), document);
  return isNode(target);
}

describe('asyncapi.json', () => {
  const document: Node = JSON.parse(text);

  test('is a sound AsyncAPI 3 document', () => {
    expect(referencesIn(document).length).toBeGreaterThan(100);
    expect(problemsOf(document)).toEqual([]);
  });

  test('has a channel per integration event and none per local one', () => {
    const published = contracts.filter(({ scope }) => scope === 'integration');
    expect(entries(document['channels']).map(([key]) => key)).toEqual(published.map(({ name }) => name));
  });

  test('has one operation per producer and per subscription', () => {
    const sent = contracts.filter(({ scope }) => scope === 'integration').length;
    const received = Object.values(subscriptions).flat().length;
    expect(entries(document['operations'])).toHaveLength(sent + received);
  });

  test.each([
    [
      'a reference to nothing',
      text.replace('#/channels/user.created"', '#/channels/user.crated"'),
      'reference #/channels/user.crated',
    ],
    [
      'an operation without an action',
      text.replace('"action": "send"', '"action": "shout"'),
      'operation identity-service.sends.identity.registered',
    ],
    ['a channel without its address', text.replace('"address": "user.created"', '"address": ""'), 'channel user.created'],
  ])('the check finds %s', (_what, planted, problem) => {
    expect(planted).not.toBe(text);
    expect(problemsOf(JSON.parse(planted))).toEqual([problem]);
  });
});
