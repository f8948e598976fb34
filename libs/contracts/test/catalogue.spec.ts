import { describe, expect, test } from 'vitest';
import {
  TutorProfileCreated,
  UserActivated,
  UserCreated,
  UserErased,
  UserRoleChanged,
  catalogueSource,
  checkCatalogue,
  eventsCatalogue,
  on,
  subscriptions,
} from '../src/index.ts';
import type { CatalogueSource, HandledEvent } from '../src/index.ts';

const rules = new Map(eventsCatalogue().rules.map((rule) => [rule.name, rule]));
const handled: readonly HandledEvent[] = Object.entries(subscriptions).flatMap(([service, all]) =>
  all.map(({ event }) => ({ service, eventName: event.name })),
);

describe('the catalogue', () => {
  test('a promotion, a demotion and a person of any role reach the tutor service, under the names of the guide', () => {
    const target = { target: 'tutor-inbox', dlq: 'tutor-inbox-dlq' };
    expect(rules.get('user-created-to-tutor-service')).toMatchObject(target);
    expect(rules.get('user-created-to-tutor-service')?.pattern).toEqual({
      source: ['user-service'],
      'detail-type': ['user.created'],
    });
    expect(rules.get('role-changed-to-tutor-service')).toMatchObject(target);
    expect(rules.get('role-changed-to-tutor-service')?.pattern).toEqual({
      source: ['user-service'],
      'detail-type': ['user.role_changed'],
    });
  });

  test('a filter looks into the payload', () => {
    expect(rules.get('booking-no-show-to-tutor-service')?.pattern.detail).toEqual({ payload: { who: ['tutor'] } });
    expect(rules.get('booking-no-show-to-user-service')?.pattern.detail).toBeUndefined();
  });

  test('every rule has a queue, a dead letter queue and a name EventBridge accepts', () => {
    const { queues } = eventsCatalogue();
    for (const { name, target, dlq } of rules.values()) {
      expect(queues).toContainEqual({ name: target, dlq, maxReceiveCount: 25, visibilityTimeout: 30 });
      expect(name).toMatch(/^[a-z-]{1,64}$/);
    }
  });

  test('a service may send its own integration events and no other', () => {
    const { eventSources } = eventsCatalogue();
    expect(eventSources['user-service']).toContain('user.created');
    expect(eventSources['user-service']).not.toContain('user.badge_changed');
    expect(eventSources['tutor-service']).toContain('tutor.erasure_confirmed');
  });
});

describe('the check of the catalogue', () => {
  const plant = (change: Partial<CatalogueSource>): CatalogueSource => ({ ...catalogueSource, ...change });
  const codes = (handlers: readonly HandledEvent[], source?: CatalogueSource): string[] =>
    checkCatalogue(handlers, source).map(({ code }) => code);
  const tutorAlso = (subscription: ReturnType<typeof on>): CatalogueSource =>
    plant({ subscriptions: { ...subscriptions, 'tutor-service': [...(subscriptions['tutor-service'] ?? []), subscription] } });

  test('is content when each rule has its handler', () => expect(checkCatalogue(handled)).toEqual([]));

  test('asks for no rule where a service handles its own event', () => {
    expect(codes([...handled, { service: 'user-service', eventName: 'user.created' }])).toEqual([]);
  });

  test('finds a handled event that no rule delivers', () => {
    expect(codes([...handled, { service: 'tutor-service', eventName: 'user.erased' }])).toEqual(['HANDLER_WITHOUT_RULE']);
    const withoutRoleChanges = subscriptions['tutor-service']?.filter(({ event }) => event.name !== UserRoleChanged.name) ?? [];
    const source = plant({ subscriptions: { ...subscriptions, 'tutor-service': withoutRoleChanges } });
    expect(codes(handled, source)).toEqual(['HANDLER_WITHOUT_RULE', 'EVENT_WITHOUT_RULE']);
  });

  test('finds a rule that nobody handles', () => {
    const [first, ...others] = handled;
    expect(checkCatalogue(others)).toEqual([
      { code: 'RULE_WITHOUT_HANDLER', message: expect.stringContaining(String(first?.eventName)) },
    ]);
  });

  test('finds a handled name that no contract defines', () => {
    expect(codes([...handled, { service: 'tutor-service', eventName: 'user.created.v1' }])).toEqual(['UNKNOWN_EVENT']);
  });

  test('finds a published event that is forgotten, and one that is listed as unwanted but delivered', () => {
    expect(codes(handled, plant({ noSubscriber: catalogueSource.noSubscriber.filter((event) => event !== UserErased) }))).toEqual(
      ['EVENT_WITHOUT_RULE'],
    );
    expect(codes(handled, plant({ noSubscriber: [...catalogueSource.noSubscriber, UserActivated] }))).toEqual([
      'NO_SUBSCRIBER_BUT_RULE',
    ]);
  });

  test('finds a rule for an event that never leaves its service', () => {
    const more = [...handled, { service: 'tutor-service', eventName: TutorProfileCreated.name }];
    expect(codes(more, tutorAlso(on(TutorProfileCreated)))).toEqual(['LOCAL_EVENT_ON_BUS']);
  });

  test('finds two rules of one name', () => {
    expect(codes(handled, tutorAlso(on(UserCreated, { role: ['tutor'] })))).toEqual(['RULE_NAME_TWICE']);
  });

  test('finds two producers of one name, and a rule for a contract that is not in the list', () => {
    const twin = { ...UserErased, producer: 'identity-service' };
    expect(
      codes(
        handled,
        plant({ contracts: [...catalogueSource.contracts, twin], noSubscriber: [...catalogueSource.noSubscriber, twin] }),
      ),
    ).toEqual(['NAME_DEFINED_TWICE']);
    const stranger = { ...UserErased, name: 'user.vanished' };
    const more = [...handled, { service: 'tutor-service', eventName: stranger.name }];
    expect(codes(more, tutorAlso(on(stranger)))).toEqual(['UNKNOWN_EVENT', 'UNKNOWN_EVENT']);
  });
});
