import { connect, type Socket } from 'node:net';
import { ByteLane } from './byte-lane.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionRules {
  delayMs(): number;
  /** Whether the connection is to be reset once the server answers; `request` is what the client sent since the server last spoke. */
  takes(request: Buffer): boolean;
  /** False while nothing can be taken: then requests are not kept. */
  watching(): boolean;
  wasReset(): void;
  closed(): void;
}

export class ProxiedConnection {
  readonly #server: Socket;
  readonly #toServer: ByteLane;
  readonly #toClient: ByteLane;
  #request = Buffer.alloc(0);
  #taken = false;
  #wasReset = false;

  constructor(
    private readonly client: Socket,
    target: Target,
    private readonly rules: ConnectionRules,
  ) {
    this.#server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#toServer = new ByteLane(client, this.#server);
    this.#toClient = new ByteLane(this.#server, client);
    client.on('data', (chunk) => this.#fromClient(chunk));
    client.on('end', () => this.#toServer.push(undefined, rules.delayMs()));
    this.#server.on('data', (chunk) => this.#fromServer(chunk));
    this.#server.on('end', () => this.#fromServer(undefined));
    this.#server.on('error', () => undefined);
    client.on('close', (broken) => {
      if (broken && !this.#wasReset) this.#server.resetAndDestroy();
      if (this.#server.closed) rules.closed();
    });
    this.#server.on('close', (broken) => {
      if (broken && this.#taken) this.#reset();
      else if (broken) client.resetAndDestroy();
      if (client.closed) rules.closed();
    });
  }

  hold(): void {
    this.#toServer.hold();
    this.#toClient.hold();
  }

  release(): void {
    this.#toServer.release();
    this.#toClient.release();
  }

  destroy(): void {
    this.client.destroy();
    this.#server.destroy();
  }

  #fromClient(chunk: Buffer): void {
    if (!this.#taken && this.rules.watching()) {
      this.#request = Buffer.concat([this.#request, chunk]);
      this.#taken = this.rules.takes(this.#request);
    }
    this.#toServer.push(chunk, this.rules.delayMs());
  }

  #fromServer(chunk: Buffer | undefined): void {
    if (this.#taken) return this.#reset();
    this.#request = Buffer.alloc(0);
    this.#toClient.push(chunk, this.rules.delayMs());
  }

  #reset(): void {
    if (this.#wasReset) return;
    this.#wasReset = true;
    this.client.resetAndDestroy();
    // Ended, not broken: a reset could take from the server what it has received and not yet read.
    this.#toServer.push(undefined, 0);
    this.rules.wasReset();
  }
}
