import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { PutEvents } from '../../src/infrastructure/event-bridge/put-events.ts';
import type { Verdict } from '../../src/infrastructure/verify/verdict.ts';
import type { VerifyOptions } from '../../src/infrastructure/verify/verify-database.ts';
import { kernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS } from '../lamps.fixture.ts';
import { lampService, verdictOn, work } from './verify.fixture.ts';

/** The database of a lamp service that has worked and was stopped, a copy of its own for each test of a file. */
export class StoppedService {
  #url = '';

  static forEachTest(put?: PutEvents): StoppedService {
    const self = new StoppedService();
    const admin: { client?: pg.Client } = {};
    const names: string[] = [];
    beforeAll(async () => {
      const { url, database } = await kernelDatabase();
      self.#url = url;
      names.push(nameIn(url));
      await database.query({ text: CREATE_LAMPS });
      await database.close();
      const service = lampService(url, put);
      await work(service);
      await service.stop();
      admin.client = new pg.Client({ connectionString: withName(url, 'postgres') });
      await admin.client.connect();
    });
    beforeEach(async () => {
      const name = `stopped_${randomUUID().replaceAll('-', '')}`;
      await admin.client?.query(`CREATE DATABASE ${name} TEMPLATE ${names[0]}`);
      names.push(name);
      self.#url = withName(self.#url, name);
    });
    afterAll(async () => {
      for (const name of names) await admin.client?.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.client?.end();
    });
    return self;
  }

  get url(): string {
    return this.#url;
  }

  async run(...statements: string[]): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }

  verdict(options: Partial<VerifyOptions> = {}): Promise<Verdict> {
    return verdictOn(this.#url, options);
  }

  /** The verdict on what was clean before these statements. */
  async after(...statements: string[]): Promise<Verdict> {
    expect((await this.verdict()).violations).toEqual([]);
    await this.run(...statements);
    return this.verdict();
  }
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1);
}

function withName(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
