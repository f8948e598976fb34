import type { EventContract } from './define-event.ts';
import { envelope } from './envelope.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { CatalogueSource } from './catalogue.ts';

/** The AsyncAPI 3 view of the bus: a channel per integration event, a message per version, an operation per producer and consumer. */
export function asyncApiDocument({ contracts, subscriptions }: CatalogueSource): object {
  const published = contracts.filter(({ scope }) => scope === 'integration');
  const sends = published.map((event) => [`${event.producer}.sends.${event.name}`, operation('send', event)]);
  const receives = Object.entries(subscriptions).flatMap(([service, subscribed]) =>
    subscribed.map(({ event }) => [`${service}.receives.${event.name}`, operation('receive', event)]),
  );
  const { $schema: _dialect, ...envelopeSchema } = jsonSchemaOf(envelope);
  return {
    asyncapi: '3.0.0',
    info: { title: 'EdTech Platform events', version: '1.0.0', description: 'Everything that one service may know of another.' },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(published.map((event) => [event.name, channel(event)])),
    operations: Object.fromEntries([...sends, ...receives]),
    components: {
      messages: Object.fromEntries(
        published.flatMap((event) => versionsOf(event).map((version) => [`${event.name}.v${version}`, message(event, version)])),
      ),
      schemas: { Envelope: envelopeSchema },
    },
  };
}

function versionsOf(event: EventContract): number[] {
  return Array.from({ length: event.schemaVersion }, (_, index) => index + 1);
}

function channel(event: EventContract): object {
  const messages = versionsOf(event).map((version) => [
    `v${version}`,
    { $ref: `#/components/messages/${event.name}.v${version}` },
  ]);
  return { address: event.name, messages: Object.fromEntries(messages) };
}

function operation(action: 'send' | 'receive', event: EventContract): object {
  return {
    action,
    channel: { $ref: `#/channels/${event.name}` },
    messages: versionsOf(event).map((version) => ({ $ref: `#/channels/${event.name}/messages/v${version}` })),
  };
}

function message(event: EventContract, version: number): object {
  const payload = { $ref: `./schemas/${event.name}.v${version}.json` };
  return {
    name: event.name,
    title: `${event.name} v${version}`,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/Envelope' },
        { type: 'object', properties: { schemaVersion: { const: version }, payload } },
      ],
    },
    'x-personal': event.personal,
  };
}
