import { TutorCreated, UserCreated, UserProfileUpdated, catalogueSource, checkCatalogue, on } from '@edtech/contracts';
import type { CatalogueProblem, CatalogueSource, EventContract } from '@edtech/contracts';
import { identityService } from '@edtech/identity-service';
import type { ServiceDefinition } from '@edtech/shared-kernel';
import { Consumer, Consumes, ProcessManager, Saga } from '@edtech/shared-kernel/application';
import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import { tutorService } from '@edtech/tutor-service';
import { userService } from '@edtech/user-service';
import { Injectable, Module } from '@nestjs/common';
import { describe, expect, test } from 'vitest';
import { handledEvents } from './handled-events.ts';

describe('the services', () => {
  test('G24 every event they handle is delivered, and every rule has its handler', async () => {
    const handled = (await Promise.all([identityService, userService, tutorService].map(handledEvents))).flat();
    expect(handled).toContainEqual({ service: 'tutor-service', eventName: 'user.role_changed' });
    expect(handled).toContainEqual({ service: 'user-service', eventName: 'user.created' });
    expect(checkCatalogue(handled)).toEqual([]);
  });

  test('each reads with a contract every event that it handles', async () => {
    for (const definition of [identityService, userService, tutorService]) {
      const known = new Set([...definition.contracts].map(({ name }) => name));
      const unknown = (await handledEvents(definition)).filter(({ eventName }) => !known.has(eventName));
      expect(unknown, definition.name).toEqual([]);
    }
  });
});

@Injectable()
@Consumer({ name: 'tutor-service.planted' })
class PlantedConsumer {
  readonly seen: string[] = [];

  @Consumes(UserCreated)
  async handleUserCreated(event: RecordedEvent<UserCreated>): Promise<void> {
    this.seen.push(event.eventId);
  }
}

@Injectable()
@Saga('tutor-service.planted-process')
class PlantedSaga extends ProcessManager<{ readonly updates: number }> {
  readonly transitions = [
    this.starts(
      UserProfileUpdated,
      ({ userId }) => userId,
      () => ({ state: { updates: 1 } }),
    ),
  ];
  readonly timers = [];
  readonly commands = [];
}

@Module({ providers: [PlantedConsumer, PlantedSaga] })
class PlantedModule {}

const planted: ServiceDefinition = {
  name: 'tutor-service',
  module: PlantedModule,
  contracts: [UserCreated, UserProfileUpdated],
  migrations: [],
  problems: {},
};

/** Problems of the planted service if exactly these events were delivered to it. */
async function problemsWith(...delivered: EventContract[]): Promise<Pick<CatalogueProblem, 'code'>[]> {
  const source: CatalogueSource = {
    ...catalogueSource,
    subscriptions: { 'tutor-service': delivered.map((event) => on(event)) },
  };
  const wiring = ['HANDLER_WITHOUT_RULE', 'RULE_WITHOUT_HANDLER'];
  return checkCatalogue(await handledEvents(planted), source).filter(({ code }) => wiring.includes(code));
}

describe('a service with one consumer and one saga', () => {
  test('is sound when both events are delivered', async () => {
    expect(await problemsWith(UserCreated, UserProfileUpdated)).toEqual([]);
  });

  test('is reported when no rule delivers an event its consumer waits for', async () => {
    expect(await problemsWith(UserProfileUpdated)).toEqual([
      { code: 'HANDLER_WITHOUT_RULE', message: expect.stringContaining('user.created') },
    ]);
  });

  test('is reported when no rule delivers an event its saga waits for', async () => {
    expect(await problemsWith(UserCreated)).toEqual([
      { code: 'HANDLER_WITHOUT_RULE', message: expect.stringContaining('user.profile_updated') },
    ]);
  });

  test('is reported when a rule delivers what nothing handles', async () => {
    expect(await problemsWith(UserCreated, UserProfileUpdated, TutorCreated)).toEqual([
      { code: 'RULE_WITHOUT_HANDLER', message: expect.stringContaining('tutor.created') },
    ]);
  });
});
