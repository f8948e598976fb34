import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventsFile } from '@edtech/local-aws';
import { accountContracts } from '../bank/bank.contracts.ts';

export const ROOT: string = join(import.meta.dirname, '..', '..', '..', '..');

const RETRY = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 };

/** The bus with the rules and queues of some services of the platform. */
export async function eventsOfPlatform(services: readonly string[]): Promise<EventsFile> {
  const platform = await catalogue();
  const inboxes = services.map((name) => `${name.replace(/-service$/, '')}-inbox`);
  return {
    ...platform,
    queues: platform.queues.filter(({ name }) => inboxes.includes(name)),
    rules: platform.rules.filter(({ target }) => inboxes.includes(target)),
  };
}

/** The bus with the rules and queues of the bank and its mirror alone: a cell has nobody else. `without` names a rule that is forgotten. */
export async function eventsOfBank(without?: string): Promise<EventsFile> {
  const platform = await catalogue();
  const queues = ['bank-inbox', 'mirror-inbox'].map((name) => ({
    name,
    dlq: `${name}-dlq`,
    maxReceiveCount: 100,
    visibilityTimeout: 30,
  }));
  const rules = accountContracts.map(({ name, producer }) => ({
    name: `${name.replace('.', '-')}-to-mirror-service`,
    target: 'mirror-inbox',
    pattern: { source: [producer], 'detail-type': [name] },
    retry: RETRY,
    dlq: 'mirror-inbox-dlq',
  }));
  return {
    ...platform,
    queues,
    rules: rules.filter(({ name }) => name !== without),
    noSubscriber: [],
    eventSources: { 'bank-service': accountContracts.map(({ name }) => name) },
  };
}

async function catalogue(): Promise<EventsFile> {
  return JSON.parse(await readFile(join(ROOT, 'infrastructure', 'events', 'events.json'), 'utf8'));
}
