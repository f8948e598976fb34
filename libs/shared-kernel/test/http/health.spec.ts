import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HealthSources, type Health } from '../../src/infrastructure/health/health-sources.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { cuttableProxy, type CuttableProxy } from './cuttable-proxy.fixture.ts';
import { lampApp, type LampApp } from './lamp-app.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

let db: KernelDatabase;
let issuer: TokenIssuer;
let proxy: CuttableProxy;
let service: LampApp;
beforeAll(async () => {
  db = await kernelDatabase();
  issuer = await tokenIssuer();
  proxy = await cuttableProxy(db.url);
  service = await lampApp({ url: proxy.url, issuer });
});
afterAll(async () => {
  await proxy.close();
  await service.close();
  await issuer.close();
  await db.close();
});

async function get(url: string): Promise<{ status: number; json: unknown; ms: number }> {
  const start = performance.now();
  const response = await service.app.inject({ method: 'GET', url });
  return { status: response.statusCode, json: JSON.parse(response.body), ms: performance.now() - start };
}
async function readyAgain(): Promise<void> {
  const deadline = performance.now() + 10_000;
  while ((await get('/health/ready')).status !== 200) {
    if (performance.now() > deadline) throw new Error('not ready 10 s after the database came back');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('health', () => {
  test.each(['cut', 'silent'] as const)(
    'F23 with the database %s the service lives, is not ready within 5 s, and recovers by itself',
    async (state) => {
      expect(await get('/health/ready')).toMatchObject({ status: 200, json: { status: 'up' } });
      proxy.set(state);
      for (let probe = 0; probe < 12; probe++) {
        const ready = await get('/health/ready');
        expect(ready).toMatchObject({ status: 503, json: { status: 'down' } });
        expect(ready.ms).toBeLessThan(5_000);
        if (state === 'silent' && probe === 1) break;
      }
      expect(await get('/health/live')).toMatchObject({ status: 200, json: { status: 'up' } });
      expect(await get('/health')).toMatchObject({ status: 503, json: { sources: { database: { status: 'down' } } } });
      expect(JSON.stringify((await get('/health')).json)).not.toMatch(/127\.0\.0\.1|postgres:/);
      proxy.set('open');
      await readyAgain();
    },
  );
});

describe('health sources', () => {
  const fixed = (name: string, health: Health) => ({ name, check: async () => health });

  test('degraded asks for an operator, down wins', async () => {
    const sources = new HealthSources();
    expect((await sources.check()).status).toBe('up');
    sources.add(fixed('database', { status: 'up' }));
    sources.add(fixed('workers', { status: 'degraded', detail: '2 parked' }));
    expect(await sources.check()).toEqual({
      status: 'degraded',
      sources: { database: { status: 'up' }, workers: { status: 'degraded', detail: '2 parked' } },
    });
    sources.add({ name: 'bus', check: () => Promise.reject(new Error('secret')) });
    expect(await sources.check()).toMatchObject({
      status: 'down',
      sources: { bus: { status: 'down', detail: 'the check failed' } },
    });
  });

  test('a source that does not answer is down and is not asked again meanwhile', async () => {
    const sources = new HealthSources();
    let asked = 0;
    sources.add({ name: 'stuck', check: () => new Promise(() => asked++) });
    const checks = await Promise.all([sources.check(), sources.check(), sources.check()]);
    for (const check of checks)
      expect(check.sources['stuck']).toMatchObject({ status: 'down', detail: 'no answer within 2000 ms' });
    expect(asked).toBe(1);
  });
});
