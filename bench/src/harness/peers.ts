import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { print, type Bench } from './program.ts';

const PEERS = join(import.meta.dirname, '..', '..', 'peers');

/** One event as a peer is given it: its own envelope comes on top. */
export interface PeerEvent {
  readonly type: string;
  readonly payload: object;
  readonly metadata: object;
}

export interface CastoreStore {
  push(id: string, version: number, event: PeerEvent): Promise<void>;
  /** In one transaction. */
  pushGroup(id: string, version: number, events: readonly PeerEvent[]): Promise<void>;
  load(id: string): Promise<{ readonly version: number; readonly notes: number }>;
}

interface CastorePeer {
  readonly versions: Readonly<Record<string, string>>;
  readonly table: Pick<CreateTableCommandInput, 'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes'>;
  open(client: DynamoDBClient, tableName: string): CastoreStore;
}

export interface EmmettStore {
  /** From a stream at `version`; 0: it does not exist. */
  append(stream: string, version: number, events: readonly PeerEvent[]): Promise<void>;
  /** How many events were folded. */
  fold(stream: string): Promise<number>;
  /** Hands the first so many messages of the store to a handler that does nothing. */
  consume(processorId: string, events: number, batchSize: number): Promise<number>;
  close(): Promise<void>;
}

interface EmmettPeer {
  readonly versions: Readonly<Record<string, string>>;
  open(url: string, connections: number): Promise<EmmettStore>;
}

export function castore(bench: Bench): Promise<CastorePeer | undefined> {
  return load<CastorePeer>(bench, 'castore.js');
}

export function emmett(bench: Bench): Promise<EmmettPeer | undefined> {
  return load<EmmettPeer>(bench, 'emmett.js');
}

/** Undefined when the peers were not installed: then floors and ours run alone. */
async function load<P extends { readonly versions: Readonly<Record<string, string>> }>(
  bench: Bench,
  file: string,
): Promise<P | undefined> {
  if (!existsSync(join(PEERS, 'node_modules'))) {
    print('peers not installed: npm ci in bench/peers');
    return undefined;
  }
  const peer: P = await import(pathToFileURL(join(PEERS, file)).href);
  bench.versions = { ...bench.versions, ...peer.versions };
  return peer;
}
