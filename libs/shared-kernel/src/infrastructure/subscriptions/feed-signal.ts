import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { BackgroundWorker } from '../../application/background-worker.ts';
import type { Database } from '../database/database.ts';

/** `appended`: to the event store, whose relay records it in the log. */
export type FeedSignalName = 'appended' | 'recorded' | 'sequenced';

const NAMES: readonly string[] = ['appended', 'recorded', 'sequenced'] satisfies FeedSignalName[];

const CHANNEL = 'edtech_feed';
const COALESCE_MS = 4;
const RECONNECT_MS = 1_000;

/**
 * Wakes whoever waits for events: at once inside the process, and across processes by a NOTIFY that is coalesced to one every few
 * milliseconds (a NOTIFY in the writer's transaction takes a global lock at commit and costs two thirds of the write rate). Only a hint:
 * every waiter also polls.
 */
export class FeedSignal implements BackgroundWorker {
  readonly name = 'feed-signal';
  readonly #local = new EventEmitter().setMaxListeners(0);
  readonly #pending = new Set<FeedSignalName>();
  readonly #heard: Record<FeedSignalName, number> = { appended: 0, recorded: 0, sequenced: 0 };
  #notifyTimer: NodeJS.Timeout | undefined;
  #listener: pg.Client | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(private readonly database: Database) {}

  raise(name: FeedSignalName): void {
    this.#wake(name);
    this.#pending.add(name);
    this.#notifyTimer ??= setTimeout(() => this.#notify(), COALESCE_MS);
  }

  /** How often the signal was heard; taken before looking at the database, so that nothing raised meanwhile is slept through. */
  heard(name: FeedSignalName): number {
    return this.#heard[name];
  }

  /** Resolves once more was heard than `since`, after `atMostMs`, or when `until` is aborted. Never rejects. */
  async next(name: FeedSignalName, since: number, atMostMs: number, until: AbortSignal): Promise<void> {
    if (this.#heard[name] !== since || until.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#local.off(name, wake);
        until.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, atMostMs);
      this.#local.on(name, wake);
      until.addEventListener('abort', wake);
    });
  }

  start(): void {
    this.#stopped = false;
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#reconnect);
    clearTimeout(this.#notifyTimer);
    this.#notifyTimer = undefined;
    await this.#listener?.end().catch(() => undefined);
  }

  #wake(name: FeedSignalName): void {
    this.#heard[name]++;
    this.#local.emit(name);
  }

  #notify(): void {
    this.#notifyTimer = undefined;
    const names = [...this.#pending];
    this.#pending.clear();
    if (this.#stopped) return;
    this.database
      .query({
        name: 'feed-notify',
        text: `SELECT pg_notify('${CHANNEL}', name) FROM unnest($1::text[]) AS name`,
        values: [names],
      })
      .catch(() => undefined);
  }

  #connect(): void {
    if (this.#stopped) return;
    const client = new pg.Client({
      connectionString: this.database.options.url,
      application_name: `${this.database.options.applicationName}/listen`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    this.#listener = client;
    const again = (): void => {
      if (this.#listener !== client) return;
      this.#listener = undefined;
      client.end().catch(() => undefined);
      if (!this.#stopped) this.#reconnect = setTimeout(() => this.#connect(), RECONNECT_MS);
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ payload }) => {
      if (isName(payload)) this.#wake(payload);
    });
    client
      .connect()
      .then(() => client.query(`LISTEN ${CHANNEL}`))
      .catch(again);
  }
}

function isName(payload: string | undefined): payload is FeedSignalName {
  return payload !== undefined && NAMES.includes(payload);
}
