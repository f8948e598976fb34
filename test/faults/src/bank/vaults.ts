import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  Clock,
  ConcurrencyConflict,
  Database,
  dynamoDbEventTable,
  EventContracts,
  EventSourcedRepository,
  EventStoreRelay,
  EventStoreService,
  FeedSignal,
  NotFound,
  UnitOfWork,
} from '@edtech/shared-kernel';
import { Injectable, type Provider } from '@nestjs/common';
import { Vault, type VaultState } from './vault.aggregate.ts';

const TABLE = 'edtech-event-store';

@Injectable()
export class VaultRepository extends EventSourcedRepository<VaultState, Vault> {
  constructor(store: EventStoreService) {
    super(store, Vault, { snapshotEvery: 20 });
  }

  /** Opens the vault if need be. Safe to repeat with the same `depositId`. */
  async deposit(vaultId: string, depositId: string, amount: number): Promise<void> {
    try {
      await this.change(vaultId, (vault) => vault.deposit(depositId, amount));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      const vault = Vault.open(vaultId);
      vault.deposit(depositId, amount);
      await this.save(vault).catch(async (conflict: unknown) => {
        if (!(conflict instanceof ConcurrencyConflict)) throw conflict;
        await this.change(vaultId, (opened) => opened.deposit(depositId, amount));
      });
    }
  }
}

/** The vaults' event store on DynamoDB, and the relay from it into the bank's log. */
export const vaultProviders: Provider[] = [
  {
    provide: EventStoreService,
    useFactory: (contracts: EventContracts, clock: Clock, signal: FeedSignal) =>
      new EventStoreService(dynamoDbEventTable(new DynamoDBClient({}), TABLE), contracts, clock, {
        appended: () => signal.raise('appended'),
      }),
    inject: [EventContracts, Clock, FeedSignal],
  },
  {
    provide: EventStoreRelay,
    useFactory: (store: EventStoreService, database: Database, unitOfWork: UnitOfWork, signal: FeedSignal) =>
      new EventStoreRelay(store, database, unitOfWork, signal, { name: 'bank-service.relay', sweepEveryMs: 5_000 }),
    inject: [EventStoreService, Database, UnitOfWork, FeedSignal],
  },
  VaultRepository,
];
