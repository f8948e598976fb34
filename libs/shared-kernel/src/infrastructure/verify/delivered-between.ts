import { inboxOf } from '../consumer/rejected-message.ts';
import { publisherOf } from '../event-bridge/event-bridge.publisher.ts';
import { INBOX_KNOWS } from '../inbox/inbox.ts';
import { MOST_LISTED, type Broken } from './broken.ts';
import type { Finding } from './check.ts';
import { MissingDeliveries } from './missing-deliveries.ts';
import type { Snapshot } from './snapshot.ts';

/** An event that a rule of the bus delivers; with a filter, if every named field of the payload holds one of its values. */
export interface DeliveryRule {
  readonly eventName: string;
  readonly filter?: Readonly<Record<string, readonly (string | number | boolean)[] | undefined>> | undefined;
}

export interface DeliveryOptions {
  readonly producer: { readonly service: string };
  readonly consumer: { readonly service: string };
  /** What the bus delivers from the one to the other. */
  readonly rules: readonly DeliveryRule[];
  /** Which events count: those recorded since the consumer registered (the default), or all, for a world whose rules were there first. */
  readonly from?: 'registration' | 'beginning' | undefined;
  /** Events of the producer after this position. Default 0. */
  readonly since?: number | undefined;
  /** What is younger may still be on the bus. Default 60 s; 0 when nothing is under way. */
  readonly graceMs?: number | undefined;
  readonly progress?: ((line: string) => void) | undefined;
}

interface Taker {
  readonly subscription: string;
  readonly event_name: string;
  readonly since: Date;
}

interface Sent {
  event_id: string;
  event_name: string;
  place: string;
  recorded_at: Date;
  payload: string | null;
}

/** I2 between two services: see `verifyBetween`. */
export async function deliveredBetween(
  sent: Snapshot,
  received: Snapshot,
  waiting: number | undefined,
  options: DeliveryOptions,
): Promise<Finding> {
  const { producer, consumer, rules, from = 'registration', progress } = options;
  const published = await publishedNames(sent, producer.service);
  if (published.length === 0) return nothing(`${producer.service} has not published yet`);
  const takers = await received.rows<Taker>(
    `SELECT subscription, event_name, since FROM subscription_events WHERE road = 'bus' AND event_name = ANY($1) ORDER BY 1, 2`,
    [published],
  );
  if (takers.length === 0) return nothing(`${consumer.service} has not said what it takes from ${producer.service}`);

  const ruleOf = new Map(rules.map((rule) => [rule.eventName, rule]));
  const unruled = takers.filter(({ event_name: name }) => !ruleOf.has(name)).map(withoutRule);
  const takersOf = Map.groupBy(takers, ({ event_name: name }) => name);
  const rejected = await rejectedIds(received, consumer.service);
  const missing = new MissingDeliveries();
  let looked = 0;
  for await (const page of publishedEvents(sent, options)) {
    const deliveries = page
      .filter((event) => passes(event, ruleOf.get(event.event_name)))
      .flatMap((event) => (takersOf.get(event.event_name) ?? []).map((taker) => ({ event, taker })))
      .filter(({ event, taker }) => from === 'beginning' || event.recorded_at >= taker.since);
    looked += deliveries.length;
    const absent = await absentIn(received, deliveries);
    missing.add(
      absent
        .filter(({ event }) => !rejected.has(event.event_id))
        .map(({ event, taker }) => ({
          eventId: event.event_id,
          place: `${taker.subscription}, ${event.place}`,
          expected: `${event.event_name} handled, held or parked: ${producer.service} has published it`,
          found: `nothing of event ${event.event_id}`,
        })),
    );
    progress?.(`${producer.service} -> ${consumer.service} I2: ${looked}`);
  }
  const { broken, total, ...said } = missing.judge(waiting);
  return { looked, broken: [...unruled, ...broken].slice(0, MOST_LISTED), total: unruled.length + total, ...said };
}

/** What the publisher has passed, oldest first. */
function publishedEvents(
  sent: Snapshot,
  { producer, rules, since = 0, graceMs = 60_000 }: DeliveryOptions,
): AsyncGenerator<Sent[]> {
  const filtered = rules.filter(({ filter }) => filter !== undefined).map(({ eventName }) => eventName);
  return sent.pages<Sent>(
    `SELECT event.event_id, event.event_name, event.recorded_at, CASE WHEN event.event_name = ANY($4) THEN event.payload END AS payload,
            event.aggregate_type || '/' || event.aggregate_id || ' version ' || event.stream_version AS place
     FROM subscriptions publisher JOIN subscription_events taken ON taken.subscription = publisher.name
       JOIN domain_events event ON event.event_name = taken.event_name
         AND event.position > taken.since_position AND event.position <= publisher.checkpoint
     WHERE publisher.name = $1 AND event.position > $2 AND event.event_name = ANY($3)
       AND event.recorded_at > now() - ${INBOX_KNOWS} AND ($5::bigint = 0 OR event.recorded_at <= now() - $5::bigint * interval '1 ms')
     ORDER BY event.position`,
    [publisherOf(producer.service), since, rules.map(({ eventName }) => eventName), filtered, graceMs],
  );
}

/** The publisher takes every event that its service knows, also those of others; its own are the ones in its log. */
async function publishedNames(sent: Snapshot, service: string): Promise<string[]> {
  const rows = await sent.rows<{ name: string }>(
    `SELECT taken.event_name AS name FROM subscription_events taken JOIN subscriptions publisher ON publisher.name = taken.subscription
       JOIN (SELECT DISTINCT event_name FROM domain_events) recorded ON recorded.event_name = taken.event_name
     WHERE taken.subscription = $1`,
    [publisherOf(service)],
  );
  return rows.map(({ name }) => name);
}

function withoutRule({ subscription, event_name: name }: Taker): Broken {
  return { place: subscription, expected: `a rule that delivers ${name}`, found: 'none' };
}

function nothing(reason: string): Finding {
  return { looked: 0, broken: [], total: 0, notJudged: reason };
}

function passes({ payload }: Sent, rule: DeliveryRule | undefined): boolean {
  if (payload === null) return true;
  const fields = parsed(payload);
  return Object.entries(rule?.filter ?? {}).every(([name, values]) => values?.some((value) => value === fields[name]) ?? true);
}

function parsed(payload: string): Readonly<Record<string, unknown>> {
  try {
    const fields: Readonly<Record<string, unknown>> = JSON.parse(payload);
    return fields;
  } catch {
    return {};
  }
}

/** Those deliveries of which there is neither an inbox row nor a parked message; a held message has an inbox row. */
async function absentIn<D extends { readonly event: Sent; readonly taker: Taker }>(
  received: Snapshot,
  deliveries: readonly D[],
): Promise<D[]> {
  const rows = await received.rows<{ nth: string }>(
    `SELECT expected.nth
     FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS expected (subscription, event_id, nth)
       LEFT JOIN inbox ON inbox.subscription = expected.subscription AND inbox.event_id = expected.event_id
       LEFT JOIN parked_events parked ON parked.subscription = expected.subscription AND parked.event_id = expected.event_id::text
     WHERE inbox.event_id IS NULL AND parked.id IS NULL`,
    [deliveries.map(({ taker }) => taker.subscription), deliveries.map(({ event }) => event.event_id)],
  );
  const absent = new Set(rows.map(({ nth }) => Number(nth)));
  return deliveries.filter((_, index) => absent.has(index + 1));
}

/** Ids in messages that were parked because they could not be read as an event. */
async function rejectedIds(received: Snapshot, service: string): Promise<ReadonlySet<string>> {
  const rows = await received.rows<{ id: string }>(
    String.raw`SELECT DISTINCT lower(found[1]) AS id FROM parked_events, regexp_matches(message, 'eventId\W{1,8}([0-9a-fA-F-]{36})', 'g') AS found
      WHERE subscription = $1`,
    [inboxOf(service)],
  );
  return new Set(rows.map(({ id }) => id));
}
