import { once } from 'node:events';
import { Agent, createServer, request as send, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kernelDatabase, type KernelDatabase } from '../../../test/kernel-database.ts';
import { FaultProxy } from './fault-proxy.ts';

const PATIENCE_MS = 150;

async function listening(server: TcpServer): Promise<{ host: string; port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { host: '127.0.0.1', port: address.port };
}

/** `silence` when nothing came within a moment. */
const orSilence = <T>(answer: Promise<T>): Promise<T | 'silence'> =>
  Promise.race([answer, sleep(PATIENCE_MS, 'silence' as const)]);

describe('between a client and an HTTP server', () => {
  let server: Server;
  let proxy: FaultProxy;
  let agent: Agent;
  let handled: string[];

  beforeEach(async () => {
    handled = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        handled.push(`${request.method} ${body.length}`);
        response.end(`${request.url}`);
      });
    });
    proxy = await FaultProxy.start({ target: await listening(server) });
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  });
  afterEach(async () => {
    agent.destroy();
    await proxy.close();
    server.closeAllConnections();
    server.close();
  });

  const ask = (path: string, body = '', by = agent): Promise<string> =>
    new Promise((resolve, reject) => {
      const method = body === '' ? 'GET' : 'POST';
      send(`${proxy.url}${path}`, { agent: by, method }, (response) => void text(response).then(resolve, reject))
        .on('error', reject)
        .end(body);
    });

  test('passes everything on as long as no fault is set', async () => {
    const large = 'x'.repeat(3_000_000);
    expect(await ask('/small')).toBe('/small');
    expect(await ask('/large', large)).toBe('/large');
    expect(handled).toEqual(['GET 0', `POST ${large.length}`]);
    expect([proxy.connections, proxy.resets]).toEqual([1, 0]);
  });

  test('delay: request and answer take so much longer, and nothing breaks', async () => {
    expect(await ask('/before')).toBe('/before');
    proxy.delay(40);
    const start = performance.now();
    expect(await ask('/slow')).toBe('/slow');
    expect(performance.now() - start).toBeGreaterThanOrEqual(80);
    await proxy.heal();
    expect(await ask('/after')).toBe('/after');
    expect(proxy.connections).toBe(1);
  });

  test('drop: open connections break, new ones are accepted and closed', async () => {
    expect(await ask('/before')).toBe('/before');
    proxy.drop();
    await expect(ask('/now')).rejects.toThrow(/hang up|ECONNRESET/);
    await expect(ask('/again')).rejects.toThrow(/hang up|ECONNRESET/);
    await proxy.heal();
    expect(await ask('/after')).toBe('/after');
    expect(handled).toHaveLength(2);
  });

  test('refuse: nobody listens until the proxy is healed, on the same port', async () => {
    expect(await ask('/before')).toBe('/before');
    const { port } = proxy;
    proxy.refuse();
    await expect(ask('/now').catch(() => ask('/now'))).rejects.toThrow(/ECONNREFUSED/);
    await proxy.heal();
    expect(proxy.port).toBe(port);
    expect(await ask('/after')).toBe('/after');
  });

  test('black hole: nothing passes on open and on new connections, nothing breaks, and it arrives when the hole is gone', async () => {
    expect(await ask('/before')).toBe('/before');
    proxy.blackHole();
    const open = ask('/open');
    const second = new Agent();
    const fresh = ask('/fresh', '', second);
    expect([await orSilence(open), await orSilence(fresh)]).toEqual(['silence', 'silence']);
    expect(handled).toHaveLength(1);
    await proxy.heal();
    expect([await open, await fresh]).toEqual(['/open', '/fresh']);
    expect(proxy.connections).toBe(2);
    second.destroy();
  });

  test('resetAfterForwarding: the server handles the request whole, the client loses its connection', async () => {
    expect(await ask('/before')).toBe('/before');
    proxy.resetAfterForwarding({ next: 2 });
    await expect(ask('/lost', 'x'.repeat(500_000))).rejects.toThrow(/ECONNRESET/);
    expect(handled).toEqual(['GET 0', 'POST 500000']);
    await expect(ask('/lost', 'y')).rejects.toThrow(/ECONNRESET/);
    expect(await ask('/after')).toBe('/after');
    expect(handled).toEqual(['GET 0', 'POST 500000', 'POST 1', 'GET 0']);
    expect(proxy.resets).toBe(2);
  });

  test('resetAfterForwarding: only the requests that are asked for are lost', async () => {
    proxy.resetAfterForwarding({ next: 1, when: (request) => request.includes('PutItem') });
    expect(await ask('/one', 'GetItem')).toBe('/one');
    await expect(ask('/two', 'PutItem')).rejects.toThrow(/ECONNRESET/);
    expect(await ask('/three', 'PutItem')).toBe('/three');
  });

  test('heal takes back a reset that has not come about', async () => {
    proxy.resetAfterForwarding({ next: 1 });
    await proxy.heal();
    expect(await ask('/after')).toBe('/after');
  });

  test('a target that is gone breaks the connection and nothing else', async () => {
    expect(await ask('/before')).toBe('/before');
    server.closeAllConnections();
    server.close();
    await expect(ask('/now').catch(() => ask('/now'))).rejects.toThrow(/hang up|ECONNRESET/);
  });
});

describe('on the level of bytes', () => {
  const sockets: Socket[] = [];
  afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

  /** Both ends of a connection through a proxy. */
  async function connected(): Promise<{ proxy: FaultProxy; client: Socket; server: Socket; closeAll: () => Promise<void> }> {
    const listener = createTcpServer({ allowHalfOpen: true });
    const proxy = await FaultProxy.start({ target: await listening(listener) });
    const accepted = once(listener, 'connection');
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    const [server] = (await accepted) as [Socket];
    sockets.push(client, server);
    for (const socket of [client, server]) socket.on('error', () => undefined);
    return {
      proxy,
      client,
      server,
      closeAll: async () => {
        await proxy.close();
        listener.close();
      },
    };
  }

  test('the end of one direction leaves the other open', async () => {
    const { client, server, closeAll } = await connected();
    client.end('question');
    expect(await text(server)).toBe('question');
    server.end('answer');
    expect(await text(client)).toBe('answer');
    await closeAll();
  });

  test('a reset on one side is a reset on the other', async () => {
    const { client, server, closeAll } = await connected();
    server.write('hello');
    await once(client, 'data');
    server.resetAndDestroy();
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    await closeAll();
  });

  test('bytes keep their order when the delay becomes shorter, and the end comes last', async () => {
    const { proxy, client, server, closeAll } = await connected();
    const received = text(server);
    proxy.delay(80);
    client.write('slow ');
    await sleep(20);
    proxy.delay(0);
    client.end('fast');
    expect(await received).toBe('slow fast');
    await closeAll();
  });

  test('a sender is slowed down when nobody reads', async () => {
    const { client, server, closeAll } = await connected();
    server.pause();
    const chunk = Buffer.alloc(1_000_000);
    const limit = 200;
    let written = 0;
    while (written < limit) {
      written++;
      if (!client.write(chunk) && (await orSilence(once(client, 'drain'))) === 'silence') break;
    }
    expect(written).toBeLessThan(limit);
    server.resume();
    await once(client, 'drain');
    await closeAll();
  });

  test('what was forwarded before a reset is read by a server that had not come to it yet', async () => {
    const { proxy, client, server, closeAll } = await connected();
    server.pause();
    const forwarded = new Promise<void>((resolve) => {
      const when = (): boolean => {
        resolve();
        return true;
      };
      proxy.resetAfterForwarding({ next: 1, when });
    });
    client.write('COMMIT');
    await forwarded;
    const broken = once(client.resume(), 'error');
    server.write('a notice that is no answer');
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(await text(server)).toBe('COMMIT');
    await closeAll();
  });

  test('bytes that wait for their delay fall into the black hole too', async () => {
    const { proxy, client, server, closeAll } = await connected();
    const received = once(server, 'data');
    proxy.delay(50);
    client.write('late');
    await sleep(20);
    proxy.blackHole();
    expect(await orSilence(received)).toBe('silence');
    await proxy.heal();
    expect(String(await received)).toBe('late');
    await closeAll();
  });

  test('what a client sent into the black hole before it gave up arrives all the same', async () => {
    const { proxy, client, server, closeAll } = await connected();
    const received = text(server);
    proxy.blackHole();
    client.end('COMMIT');
    client.destroySoon();
    expect(await orSilence(received)).toBe('silence');
    await proxy.heal();
    expect(await received).toBe('COMMIT');
    await closeAll();
  });

  test('close ends every connection, also in the black hole and while bytes wait for their delay', async () => {
    const { proxy, client, server, closeAll } = await connected();
    const ended = [once(client, 'close'), once(server, 'close')];
    client.resume();
    server.resume();
    proxy.delay(60_000);
    client.write('x');
    proxy.blackHole();
    await sleep(20);
    const fresh = connect({ port: proxy.port, host: '127.0.0.1' }).on('error', () => undefined);
    sockets.push(fresh);
    await once(fresh, 'connect');
    ended.push(once(fresh.resume(), 'close'));
    client.on('end', () => client.end());
    server.on('end', () => server.end());
    await sleep(20);
    await closeAll();
    await Promise.all(ended);
    await proxy.close();
  });
});

describe('between a service and Postgres', () => {
  let db: KernelDatabase;
  let proxy: FaultProxy;
  const clients: Client[] = [];

  beforeAll(async () => {
    db = await kernelDatabase();
    await db.database.query({ text: 'CREATE TABLE marks (mark text PRIMARY KEY)' });
    const { hostname, port } = new URL(db.url);
    proxy = await FaultProxy.start({ target: { host: hostname, port: Number(port) } });
  });
  afterEach(async () => {
    await proxy.heal();
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  });
  afterAll(async () => {
    await proxy.close();
    await db.close();
  });

  async function client(): Promise<Client> {
    const opened = new Client({ connectionString: proxy.through(db.url), connectionTimeoutMillis: 5_000 });
    opened.on('error', () => undefined);
    await opened.connect();
    clients.push(opened);
    return opened;
  }

  async function marks(): Promise<unknown[]> {
    const { rows } = await db.database.query<{ mark: string }>({ text: 'SELECT mark FROM marks ORDER BY mark' });
    return rows.map(({ mark }) => mark);
  }

  async function commit(session: Client, mark: string): Promise<void> {
    await session.query('BEGIN');
    await session.query('INSERT INTO marks VALUES ($1)', [mark]);
    await session.query('COMMIT');
  }

  test('a lost answer to COMMIT: the client sees a broken connection, the row is there', async () => {
    await commit(await client(), 'acknowledged');
    const session = await client();
    const before = proxy.resets;
    proxy.resetAfterForwarding({ next: 1, when: (request) => request.includes('COMMIT') });
    await expect(commit(session, 'ambiguous')).rejects.toThrow(/ECONNRESET|terminated/);
    expect(await marks()).toEqual(['acknowledged', 'ambiguous']);
    expect(proxy.resets).toBe(before + 1);
    await commit(await client(), 'after');
    expect(await marks()).toContain('after');
  });

  test('a dropped connection before COMMIT: the row is not there', async () => {
    const session = await client();
    await session.query('BEGIN');
    await session.query(`INSERT INTO marks VALUES ('dropped')`);
    proxy.drop();
    await expect(session.query('COMMIT')).rejects.toThrow(/ECONNRESET|terminated/);
    await expect(client()).rejects.toThrow(/ECONNRESET|terminated/);
    expect(await marks()).not.toContain('dropped');
  });

  test('a COMMIT that was sent into the black hole is carried out when the hole is gone, though its client has given up', async () => {
    const session = await client();
    await session.query('BEGIN');
    await session.query(`INSERT INTO marks VALUES ('late')`);
    proxy.blackHole();
    expect(await orSilence(session.query('COMMIT').catch(() => 'broken'))).toBe('silence');
    expect(await marks()).not.toContain('late');
    await proxy.heal();
    await expect.poll(marks, { timeout: 10_000 }).toContain('late');
  });

  test('a refused connection is refused until the proxy is healed', async () => {
    expect((await (await client()).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    proxy.refuse();
    await expect(client()).rejects.toThrow(/ECONNREFUSED/);
    await proxy.heal();
    expect((await (await client()).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
