import { z } from 'zod';
import { contracts } from './contracts.ts';
import type { EventContract } from './define-event.ts';
import { noSubscriber, subscriptions } from './subscriptions.ts';
import type { Subscription } from './subscriptions.ts';

const name = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9._-]+$/);

const rule = z.strictObject({
  name,
  target: name,
  pattern: z.strictObject({
    source: z.array(z.string()).min(1),
    'detail-type': z.array(z.string()).min(1),
    detail: z
      .strictObject({ payload: z.record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1)) })
      .optional(),
  }),
  retry: z.strictObject({
    maximumRetryAttempts: z.int().min(0).max(185),
    maximumEventAgeInSeconds: z.int().min(60).max(86_400),
  }),
  dlq: name,
});

/** The file that the local bus and Terraform both read. */
export const eventsCatalogueSchema = z.strictObject({
  bus: name,
  queues: z.array(
    z.strictObject({ name, dlq: name, maxReceiveCount: z.int().min(1).max(1000), visibilityTimeout: z.int().min(0).max(43_200) }),
  ),
  rules: z.array(rule),
  archive: z.strictObject({ name, retentionDays: z.int().min(1) }),
  noSubscriber: z.array(z.string()),
  eventSources: z.record(name, z.array(z.string()).min(1)),
});

export type EventsCatalogue = z.output<typeof eventsCatalogueSchema>;

export interface CatalogueSource {
  readonly contracts: readonly EventContract[];
  readonly subscriptions: Readonly<Record<string, readonly Subscription[]>>;
  readonly noSubscriber: readonly EventContract[];
}

export const catalogueSource: CatalogueSource = { contracts, subscriptions, noSubscriber };

/** Rule names that the guide gives; the others are `<event-with-dashes>-to-<service>`. */
const GUIDE_NAMES: Readonly<Record<string, string>> = { 'user.role_changed': 'role-changed' };

export function ruleName(event: EventContract, service: string): string {
  return `${GUIDE_NAMES[event.name] ?? event.name.replaceAll(/[._]/g, '-')}-to-${service}`;
}

export function eventsCatalogue(source: CatalogueSource = catalogueSource): EventsCatalogue {
  const consumers = Object.entries(source.subscriptions);
  return {
    bus: 'edtech-event-bus',
    queues: consumers.map(([service]) => ({
      name: queueOf(service),
      dlq: dlqOf(service),
      maxReceiveCount: 25,
      visibilityTimeout: 30,
    })),
    rules: consumers.flatMap(([service, subscribed]) => subscribed.map((subscription) => ruleOf(subscription, service))),
    archive: { name: 'all', retentionDays: 30 },
    noSubscriber: source.noSubscriber.map((event) => event.name),
    eventSources: eventSourcesOf(source.contracts),
  };
}

function ruleOf({ event, filter }: Subscription, service: string): EventsCatalogue['rules'][number] {
  const pattern = { source: [event.producer], 'detail-type': [event.name] };
  const payload = filter && Object.fromEntries(Object.entries(filter).map(([field, values]) => [field, [...(values ?? [])]]));
  return {
    name: ruleName(event, service),
    target: queueOf(service),
    pattern: payload ? { ...pattern, detail: { payload } } : pattern,
    retry: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
    dlq: dlqOf(service),
  };
}

function eventSourcesOf(all: readonly EventContract[]): Record<string, string[]> {
  const sources: Record<string, string[]> = {};
  for (const { scope, producer, name: eventName } of all) if (scope === 'integration') (sources[producer] ??= []).push(eventName);
  return sources;
}

function queueOf(service: string): string {
  return `${service.replace(/-service$/, '')}-inbox`;
}

function dlqOf(service: string): string {
  return `${queueOf(service)}-dlq`;
}
