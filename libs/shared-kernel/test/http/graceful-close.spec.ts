import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gracefulClose } from '../../src/infrastructure/http/graceful-close.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS } from '../lamps.fixture.ts';
import { lampApp, type LampApp } from './lamp-app.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

let db: KernelDatabase;
let issuer: TokenIssuer;
let token: string;
beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  issuer = await tokenIssuer();
  token = await issuer.user('u-1', 'student');
});
afterAll(async () => {
  await issuer.close();
  await db.close();
});

interface Running extends LampApp {
  readonly port: number;
}
async function running(): Promise<Running> {
  const service = await lampApp({ url: db.url, issuer });
  await service.app.listen(0, '127.0.0.1');
  return { ...service, port: Number(new URL(await service.app.getUrl()).port) };
}

function post(port: number, name: string, agent: Agent): Promise<{ status: number; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const outgoing = request({ port, host: '127.0.0.1', path: '/lamps', method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }));
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify({ name }));
  });
}

/** Holds the next command until `release`. */
function hold(service: LampApp): { entered: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const entered = new Promise<void>((resolve) => {
    service.probe.beforeSave = async () => {
      resolve();
      await released;
    };
  });
  return { entered, release };
}

test('F25 a stop lets the request under way finish, takes no new connection, and ends', async () => {
  const service = await running();
  const agent = new Agent({ keepAlive: true });
  expect((await post(service.port, 'before', agent)).status).toBe(201);
  const { entered, release } = hold(service);
  const underWay = post(service.port, 'under way', agent);
  await entered;
  const closed = gracefulClose(service.app);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(post(service.port, 'too late', new Agent())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  release();
  expect(await underWay).toEqual({ status: 201, connection: 'close' });
  await closed;
  await service.database.close();
  agent.destroy();
});

test('F25 a request that does not end is cut when the time is up', async () => {
  const service = await running();
  const { entered, release } = hold(service);
  const stuck = post(service.port, 'stuck', new Agent());
  const outcome = expect(stuck).rejects.toMatchObject({ code: 'ECONNRESET' });
  await entered;
  const start = performance.now();
  await gracefulClose(service.app, { timeoutMs: 300 });
  expect(performance.now() - start).toBeLessThan(3_000);
  await outcome;
  release();
  await service.database.close();
});
