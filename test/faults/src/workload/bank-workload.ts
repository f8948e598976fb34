import type { InMemoryHistory, SeededRandom } from '@edtech/shared-kernel/testing';
import type { Cell } from '../cell/cell.ts';
import { HttpClient, type Answer, type ClientErrors } from './http-client.ts';

export interface BankLoad {
  readonly clients: number;
  /** Each client waits up to so long between two requests. */
  readonly pauseMs: number;
  /** Share of the requests that ask for a transfer by the saga; a third of those is refused on the other side. */
  readonly transfers: number;
  /** Share of the requests that put money into a vault. */
  readonly deposits: number;
  /** In each generation. */
  readonly accounts: number;
  /** Where the clients send their requests; the replicas in turn when left out. */
  readonly urls?: readonly string[];
}

export interface Balances {
  readonly generation: string;
  readonly accounts: readonly { readonly id: string; readonly balance: number }[];
}

/** What the clients of the bank know to have happened. */
export interface BankFacts {
  /** Of each generation. */
  readonly accounts: number;
  readonly moves: { readonly moveId: string; readonly from: string; readonly to: string; readonly client: string }[];
  readonly transfers: { readonly transferId: string; readonly refuse: boolean; readonly client: string }[];
  readonly deposits: { readonly depositId: string; readonly vaultId: string }[];
  readonly balances: Balances[];
  readonly generations: string[];
}

/** Stands in every personal field: it must not turn up where personal data does not belong. */
export const CANARY = 'canary-of-a-person';
export const OPENING_BALANCE = 10_000;
const MOVES_PER_GENERATION = 1_200;
const OPENED_TOGETHER = 50;
const TOKEN_MS = 3_600_000;
/** Half of the deposits go into one vault, where writers of one stream meet; the others mostly into a vault of their own. */
const VAULTS = 500;

/**
 * Clients of the bank: they move money at once, transfer it by a saga, and read single accounts and whole sums. Accounts come in generations,
 * so that lists stay short however long the run is.
 */
export class BankWorkload {
  readonly facts: BankFacts;
  readonly errors: ClientErrors = { dirty: [], unavailable: 0, broken: 0 };
  operations = 0;
  readonly #stop = new AbortController();
  readonly #tokens = new Map<string, { readonly token: string; readonly mintedAt: number }>();
  #running: Promise<void> = Promise.resolve();
  #movesInGeneration = 0;
  #extra = 0;
  #opening: Promise<void> | undefined;

  constructor(
    private readonly cell: Cell,
    private readonly random: SeededRandom,
    readonly history: InMemoryHistory,
    private readonly load: BankLoad,
  ) {
    this.facts = { accounts: load.accounts, moves: [], transfers: [], deposits: [], balances: [], generations: [] };
  }

  async start(): Promise<void> {
    await this.#openGeneration(this.#http(), 'client-0');
    const names = Array.from({ length: this.load.clients }, (_, client) => `client-${client}`);
    this.#running = Promise.all(names.map((name) => this.#client(name))).then(() => undefined);
  }

  /** Lets every client finish what it has begun. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Moves money out of this account of the newest generation, beside what the clients do. */
  async moveFrom(index: number): Promise<void> {
    await this.#beside((id, random) => this.#move(this.#http(), 'client-0', id, this.generation, random, index));
  }

  /** Asks for a transfer, beside what the clients do; one that is refused on the other side has to be undone. */
  async transfer({ refuse }: { readonly refuse: boolean }): Promise<void> {
    await this.#beside((id, random) => this.#transfer(this.#http(), 'client-0', id, this.generation, random, refuse));
  }

  /** Puts money into a new vault, beside what the clients do. */
  async deposit(): Promise<void> {
    await this.#beside((id, random) => this.#deposit(this.#http(), 'client-0', id, `${this.generation}-v-${id}`, random));
  }

  /** The id of this account of the newest generation. */
  account(index: number): string {
    return account(this.generation, index);
  }

  get generation(): string {
    return this.facts.generations.at(-1) ?? '';
  }

  /** The end of the workload waits for it too. */
  async #beside(operation: (id: string, random: SeededRandom) => Promise<void>): Promise<void> {
    const id = `${this.generation}-extra-${this.#extra++}`;
    const ended = operation(id, this.random.fork(id));
    this.#running = Promise.all([this.#running, ended]).then(() => undefined);
    await ended;
  }

  async #client(name: string): Promise<void> {
    const random = this.random.fork(name);
    const http = this.#http();
    for (let n = 0; !this.#stop.signal.aborted; n++) {
      if (this.#movesInGeneration >= MOVES_PER_GENERATION) await this.#nextGeneration(http, name);
      const { generation } = this;
      const { transfers, deposits } = this.load;
      const kind = random.next();
      if (kind < transfers) await this.#transfer(http, name, `${generation}-t-${name}-${n}`, generation, random);
      else if (kind < transfers + deposits) {
        const vault = `${generation}-v${random.chance(0.5) ? 0 : random.int(VAULTS)}`;
        await this.#deposit(http, name, `${name}-d${n}`, vault, random);
      } else if (kind < Math.min(transfers + deposits + 0.5, 0.9))
        await this.#move(http, name, `${name}-${n}`, generation, random);
      else if (kind < 0.95) await this.#read(http, name, account(generation, random.int(this.load.accounts)));
      else await this.#sum(http, name, generation);
      this.operations++;
      await new Promise((resolve) => setTimeout(resolve, random.int(this.load.pauseMs + 1)));
    }
  }

  async #move(
    http: HttpClient,
    client: string,
    moveId: string,
    generation: string,
    random: SeededRandom,
    source = random.int(this.load.accounts),
  ): Promise<void> {
    const [from, to] = this.#twoAccounts(generation, random, source);
    const body = { moveId, from, to, amount: random.between(1, 200) };
    this.#movesInGeneration++;
    const done = this.history.invoke({ client, op: 'append', key: from, value: moveId });
    const answer = await this.#send(http, client, { method: 'POST', path: '/bank/moves', body, key: `move-${moveId}` });
    if (answer === undefined) done.info();
    else if (answer.status === 201) {
      this.facts.moves.push({ moveId, from, to, client });
      done.ok();
    } else if (answer.status === 422 || answer.status === 409) done.fail();
    else throw new Error(`a move was answered ${answer.status} ${answer.code}`);
  }

  async #transfer(
    http: HttpClient,
    client: string,
    transferId: string,
    generation: string,
    random: SeededRandom,
    refuse = random.chance(0.3),
  ): Promise<void> {
    const [from, to] = this.#twoAccounts(generation, random, random.int(this.load.accounts));
    const body = { transferId, from, to, amount: random.between(1, 50), refuse, note: `${CANARY} ${transferId}` };
    // The saga takes the money out at some later time, or never.
    this.history.invoke({ client, op: 'append', key: from, value: transferId }).info();
    const answer = await this.#send(http, client, {
      method: 'POST',
      path: '/bank/transfers',
      body,
      key: `transfer-${transferId}`,
    });
    if (answer?.status === 202) this.facts.transfers.push({ transferId, refuse, client });
  }

  async #deposit(http: HttpClient, client: string, depositId: string, vaultId: string, random: SeededRandom): Promise<void> {
    const answer = await this.#send(http, client, {
      method: 'POST',
      path: `/bank/vaults/${vaultId}/deposits`,
      body: { depositId, amount: random.between(1, 100) },
      key: `deposit-${depositId}`,
    });
    if (answer?.status === 201) this.facts.deposits.push({ depositId, vaultId });
    else if (answer !== undefined && answer.status !== 409)
      throw new Error(`a deposit was answered ${answer.status} ${answer.code}`);
  }

  async #read(http: HttpClient, client: string, key: string): Promise<void> {
    const done = this.history.invoke({ client, op: 'read', key });
    const answer = await this.#send(http, client, { method: 'GET', path: `/bank/accounts/${key}` });
    const body = answer?.status === 200 ? answer.body : undefined;
    if (typeof body !== 'object' || body === null || !('debits' in body) || !Array.isArray(body.debits)) return done.info();
    done.ok(body.debits.map(String));
  }

  async #sum(http: HttpClient, client: string, generation: string): Promise<void> {
    const answer = await this.#send(http, client, { method: 'GET', path: `/bank/balances/${generation}-` });
    const body = answer?.status === 200 ? answer.body : undefined;
    if (typeof body !== 'object' || body === null || !('accounts' in body) || !Array.isArray(body.accounts)) return;
    const accounts = body.accounts.map((row: { id: unknown; balance: unknown }) => ({
      id: String(row.id),
      balance: Number(row.balance),
    }));
    this.facts.balances.push({ generation, accounts });
  }

  async #nextGeneration(http: HttpClient, client: string): Promise<void> {
    this.#opening ??= this.#openGeneration(http, client).finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  async #openGeneration(http: HttpClient, client: string): Promise<void> {
    const generation = `g${this.facts.generations.length}`;
    const accounts = Array.from({ length: this.load.accounts }, (_, index) => ({
      id: account(generation, index),
      balance: OPENING_BALANCE,
    }));
    for (let from = 0; from < accounts.length; from += OPENED_TOGETHER) {
      const answer = await this.#send(http, client, {
        method: 'POST',
        path: '/bank/accounts',
        body: { accounts: accounts.slice(from, from + OPENED_TOGETHER) },
        key: `open-accounts-of-${generation}-${from}`,
      });
      if (answer === undefined) return;
      if (answer.status !== 201) throw new Error(`the accounts could not be opened: ${answer.status} ${answer.code}`);
    }
    this.facts.generations.push(generation);
    this.#movesInGeneration = 0;
  }

  #http(): HttpClient {
    return new HttpClient(this.load.urls ?? this.cell.service('bank-service').urls, this.errors);
  }

  #twoAccounts(generation: string, random: SeededRandom, from: number): [string, string] {
    const { accounts } = this.load;
    return [account(generation, from), account(generation, (from + 1 + random.int(accounts - 1)) % accounts)];
  }

  async #send(
    http: HttpClient,
    client: string,
    request: { method: 'GET' | 'POST'; path: string; body?: unknown; key?: string },
  ): Promise<Answer | undefined> {
    return http.send({ ...request, token: (url) => this.#token(client, url) }, this.#stop.signal);
  }

  async #token(client: string, url: string): Promise<string> {
    const known = this.#tokens.get(`${client} ${url}`);
    if (known !== undefined && performance.now() - known.mintedAt < TOKEN_MS) return known.token;
    const token = await this.cell.token(client, url);
    this.#tokens.set(`${client} ${url}`, { token, mintedAt: performance.now() });
    return token;
  }
}

function account(generation: string, index: number): string {
  return `${generation}-a${index}`;
}
