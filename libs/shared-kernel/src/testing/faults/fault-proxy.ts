import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { ProxiedConnection, type Target } from './proxied-connection.ts';

export interface ResetAfterForwarding {
  /** So many requests are cut off from their answer. */
  readonly next: number;
  /** Which ones; every one when left out. `request` is what the client has sent since the server last spoke. */
  readonly when?: (request: Buffer) => boolean;
}

/**
 * Stands on 127.0.0.1 between a process and its database, bus or queue, and breaks the network between them. Works on bytes, so for any
 * protocol over TCP that is not encrypted. The switches act at once, on open connections as well; each stays until another one replaces it or
 * `heal` is called. A server that does not answer shows as a connection that is accepted and then reset.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #open = new Set<ProxiedConnection>();
  /** Accepted in the black hole: the target has not seen them. */
  readonly #swallowed = new Set<Socket>();
  #mode: 'open' | 'drop' | 'black hole' = 'open';
  #delayMs = 0;
  #reset: ResetAfterForwarding = { next: 0 };
  #connections = 0;
  #resets = 0;
  #port = 0;

  private constructor(private readonly target: Target) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  static async start({ target, port = 0 }: { readonly target: Target; readonly port?: number }): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.#listen(port);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many connections were accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** How many requests `resetAfterForwarding` has cut off so far. */
  get resets(): number {
    return this.#resets;
  }

  /** The same address with the proxy in the place of its server, for example a connection string. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(this.#port);
    return proxied.href;
  }

  /** Everything takes so much longer, in both directions and in its order. Goes together with the other switches. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Breaks every connection, and each new one as soon as it is accepted. */
  drop(): void {
    this.#mode = 'drop';
    this.#breakAll();
  }

  /**
   * Nothing passes and nothing breaks, new connections included. What was sent meanwhile is held, as a network would that sends it again: after
   * `heal` it arrives, also when its sender has long given up.
   */
  blackHole(): void {
    this.#mode = 'black hole';
    for (const connection of this.#open) connection.hold();
  }

  /**
   * The ambiguous answer: a request reaches the server whole; at the first byte of its answer the client's connection is reset instead. The
   * server gets to the end of everything that was forwarded.
   */
  resetAfterForwarding(reset: ResetAfterForwarding): void {
    this.#reset = { ...reset };
  }

  /** Breaks every connection and stops listening: new ones are refused. */
  refuse(): void {
    this.#server.close();
    this.#breakAll();
  }

  /** No fault any more. Connections that are still open go on. */
  async heal(): Promise<void> {
    this.#mode = 'open';
    this.#delayMs = 0;
    this.#reset = { next: 0 };
    for (const connection of this.#open) connection.release();
    for (const client of this.#swallowed) this.#connect(client);
    this.#swallowed.clear();
    if (!this.#server.listening) await this.#listen(this.#port);
  }

  async close(): Promise<void> {
    this.#mode = 'drop';
    this.#breakAll();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  #accept(client: Socket): void {
    this.#connections++;
    client.on('error', () => undefined);
    if (this.#mode === 'open') this.#connect(client);
    else if (this.#mode === 'drop') client.destroy();
    else {
      this.#swallowed.add(client);
      client.once('close', () => this.#swallowed.delete(client));
    }
  }

  #connect(client: Socket): void {
    const connection: ProxiedConnection = new ProxiedConnection(client, this.target, {
      delayMs: () => this.#delayMs,
      watching: () => this.#reset.next > 0,
      takes: (request) => this.#takes(request),
      wasReset: () => this.#resets++,
      closed: () => this.#open.delete(connection),
    });
    this.#open.add(connection);
  }

  #takes(request: Buffer): boolean {
    const { next, when } = this.#reset;
    if (next === 0 || when?.(request) === false) return false;
    this.#reset = { ...this.#reset, next: next - 1 };
    return true;
  }

  #breakAll(): void {
    for (const connection of this.#open) connection.destroy();
    for (const client of this.#swallowed) client.destroy();
    this.#open.clear();
    this.#swallowed.clear();
  }
}
