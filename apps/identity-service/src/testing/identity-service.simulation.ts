import type { RecordedEvent } from '@edtech/shared-kernel/domain';
import type { ServicePorts, ServiceTwins, Twins } from '@edtech/shared-kernel/testing';
import { AccessTokens } from '../application/interfaces/access-tokens.ts';
import { Erasures } from '../application/interfaces/erasures.ts';
import { Guardians } from '../application/interfaces/guardians.ts';
import { IdentityProvider } from '../application/interfaces/identity-provider.ts';
import { MailLinks } from '../application/interfaces/mail-links.ts';
import { MailTokens } from '../application/interfaces/mail-tokens.ts';
import { Registrations } from '../application/interfaces/registrations.ts';
import { AccountRepository } from '../application/interfaces/repository.interface.ts';
import { Secrets } from '../application/interfaces/secrets.ts';
import { SessionRepository } from '../application/interfaces/session-repository.ts';
import { SigningKeys } from '../application/interfaces/signing-keys.ts';
import { Strangers } from '../application/interfaces/strangers.ts';
import { UserCards } from '../application/interfaces/user-cards.ts';
import { Account } from '../domain/entities/account.entity.ts';
import type { AccountState } from '../domain/entities/account.state.ts';
import { identityService } from '../identity-service.module.ts';
import { PublicLinks } from '../infrastructure/mail/public-links.ts';
import { IdentityTables, type CardRow } from './identity-tables.ts';
import { MemoryAccountRepository } from './memory-account.repository.ts';
import {
  MemoryGuardians,
  MemoryIdentityCards,
  MemoryIdentityErasures,
  MemoryMailTokens,
  MemoryProvider,
  MemorySecrets,
  MemorySessions,
  MemoryStrangers,
  NoSigningKeys,
  PlainAccessTokens,
  ReliableRegistrations,
} from './memory-identity.ports.ts';

/** identity-service in memory. */
export const identityServiceTwins: ServiceTwins = {
  definition: identityService,
  unsimulated: {
    'identity-service.key-rotation': 'keys are made by chance and by real time, and nothing else here depends on them',
  },
  open(database): ServicePorts {
    const tables = new IdentityTables(database);
    const { accounts, cards, erasures, guardians, credentials } = tables;
    return {
      twins: (): Twins => {
        const secrets = new MemorySecrets();
        return new Map<Parameters<Twins['get']>[0], object>([
          [AccountRepository, new MemoryAccountRepository(tables)],
          [SessionRepository, new MemorySessions(tables)],
          [MailTokens, new MemoryMailTokens(tables, secrets)],
          [Guardians, new MemoryGuardians(tables)],
          [Strangers, new MemoryStrangers(tables)],
          [UserCards, new MemoryIdentityCards(tables)],
          [Erasures, new MemoryIdentityErasures(tables)],
          [Registrations, new ReliableRegistrations()],
          [Secrets, secrets],
          [SigningKeys, new NoSigningKeys()],
          [AccessTokens, new PlainAccessTokens()],
          [IdentityProvider, new MemoryProvider(tables)],
          [MailLinks, new PublicLinks('https://edtech.example')],
        ]);
      },
      observable: () => ({
        accounts: Object.fromEntries([...accounts.committed].map(([id, { state }]) => [id, shown(state)])),
        cards: Object.fromEntries([...cards.committed].map(([id, row]) => [id, facts(row)])),
        erasures: [...erasures.committed.keys()].toSorted(),
        guardians: Object.fromEntries(guardians.committed),
        credentials: [...credentials.committed.keys()].toSorted(),
      }),
      aggregates: {
        [Account.AGGREGATE_TYPE]: {
          stored: (id) => accounts.committed.get(id)?.state,
          replayed: (history) =>
            erasures.committed.has(history[0]?.aggregateId ?? '') ? undefined : Account.replay(asEvents(history)).state,
        },
      },
    };
  },
};

/** Without what chance or the clock gave it: the id of a consent, instants of failed logins. */
function shown(state: AccountState): object {
  return { ...state, consent: state.consent?.status, lockout: undefined };
}

/** Without versions: a stream may be longer with faults than without. */
function facts({ person, role, suspended, duties, tutorVerified, erased }: CardRow): object {
  return { person, role, suspended, duties, tutorVerified, erased };
}

function asEvents(history: readonly RecordedEvent[]): Pick<RecordedEvent, 'eventName' | 'payload'>[] {
  return history.map(({ eventName, payload }) => ({ eventName, payload }));
}
