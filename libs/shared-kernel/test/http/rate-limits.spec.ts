import { Controller, Get, Post } from '@nestjs/common';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Access } from '../../src/infrastructure/http/access.decorator.ts';
import { RateLimit } from '../../src/infrastructure/http/rate-limit.decorator.ts';
import { networkOf, RateLimits } from '../../src/infrastructure/http/rate-limits.ts';
import { TokenBuckets } from '../../src/infrastructure/http/token-buckets.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { lampApp, type LampApp } from './lamp-app.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

@Controller('limited')
class LimitedController {
  @Post('login')
  @Access('public')
  @RateLimit({ burst: 5, perMinute: 6 })
  login(): { ok: true } {
    return { ok: true };
  }

  @RateLimit({ burst: 3, perMinute: 6 })
  @Access('student', 'internal')
  @Get('money')
  money(): { ok: true } {
    return { ok: true };
  }

  @Get('free')
  @Access('student', 'internal')
  free(): { ok: true } {
    return { ok: true };
  }
}

let db: KernelDatabase;
let issuer: TokenIssuer;
const apps: LampApp[] = [];
beforeAll(async () => {
  db = await kernelDatabase();
  issuer = await tokenIssuer();
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await issuer.close();
  await db.close();
});

async function start(trustedProxies: readonly string[] = []): Promise<LampApp> {
  const app = await lampApp({
    url: db.url,
    issuer,
    controllers: [LimitedController],
    limits: new RateLimits(() => 0),
    trustedProxies,
  });
  apps.push(app);
  return app;
}

interface Ask {
  readonly token?: string;
  readonly from?: string;
  readonly forwarded?: string;
}

async function ask(service: LampApp, method: 'GET' | 'POST', url: string, { token, from = '203.0.113.9', forwarded }: Ask = {}) {
  const reply = await service.app.inject({
    method,
    url,
    remoteAddress: from,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
    },
  });
  return { status: reply.statusCode, retryAfter: Number(reply.headers['retry-after']), text: reply.body };
}

/** How many of so many requests in a row were let through. */
async function admitted(times: number, one: (n: number) => ReturnType<typeof ask>): Promise<number> {
  let passed = 0;
  for (let n = 0; n < times; n++) if ((await one(n)).status < 300) passed++;
  return passed;
}

describe('a route with a limit of its own', () => {
  test('takes its burst, then says how long to wait, and takes others meanwhile', async () => {
    const service = await start();
    const login = (from: string) => ask(service, 'POST', '/limited/login', { from });
    expect(await admitted(30, () => login('203.0.113.1'))).toBe(5);
    const refused = await login('203.0.113.1');
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.text)).toMatchObject({ code: 'TOO_MANY_REQUESTS', status: 429 });
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.retryAfter).toBeLessThanOrEqual(10);
    expect((await login('203.0.113.2')).status).toBe(201);
  });

  test('counts who has signed in, wherever he asks from; other routes and services are free', async () => {
    const service = await start();
    const token = await issuer.user('u-1', 'student');
    const money = (n: number, who: string) => ask(service, 'GET', '/limited/money', { token: who, from: `203.0.113.${n}` });
    expect(await admitted(10, (n) => money(n, token))).toBe(3);
    const other = await issuer.user('u-2', 'student');
    expect((await money(1, other)).status).toBe(200);
    expect((await ask(service, 'GET', '/limited/free', { token })).status).toBe(200);
    const own = await issuer.service('payment-service');
    expect(await admitted(700, () => ask(service, 'GET', '/limited/money', { token: own }))).toBe(700);
  });
});

describe('a burst', () => {
  test('of one principal ends at his limit, whatever address it comes from', async () => {
    const service = await start();
    const token = await issuer.user('u-3', 'student');
    const passed = await admitted(260, (n) => ask(service, 'GET', '/limited/free', { token, from: `198.51.100.${n % 200}` }));
    expect(passed).toBe(200);
  });

  test('of bad tokens ends at the limit of the address; a spoofed X-Forwarded-For does not evade it', async () => {
    const service = await start();
    const guess = (n: number) =>
      ask(service, 'GET', '/limited/free', { token: `guess-${n}`, forwarded: `198.51.100.${n % 250}, 203.0.113.77` });
    const codes: number[] = [];
    for (let n = 0; n < 700; n++) codes.push((await guess(n)).status);
    expect([codes.lastIndexOf(401), codes.indexOf(429)]).toEqual([599, 600]);
    expect(
      (await ask(service, 'GET', '/limited/free', { token: await issuer.user('u-4', 'student'), from: '203.0.113.200' })).status,
    ).toBe(200);
  });

  test('behind a trusted proxy the client is who the proxy saw, not who the client says', async () => {
    const service = await start(['10.0.0.0/8']);
    const login = (forwarded: string, from = '10.1.2.3') => ask(service, 'POST', '/limited/login', { from, forwarded });
    expect(await admitted(20, (n) => login(`192.0.2.${n}, 203.0.113.5`))).toBe(5);
    expect((await login('203.0.113.6')).status).toBe(201);
    expect(await admitted(20, (n) => login(`192.0.2.${n}`, '203.0.113.50'))).toBe(5);
  });
});

describe('the buckets', () => {
  test('let nobody have more than burst and rate allow, and tell truly when the next one is free', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 600 }), steps, (burst, perMinute, waits) => {
        let now = 0;
        const buckets = new TokenBuckets({ burst, perMinute }, () => now);
        let taken = 0;
        for (const wait of waits) {
          now += wait;
          const waitMs = buckets.take('k');
          if (waitMs === 0) taken++;
          else {
            now += waitMs + 1e-6;
            expect(buckets.waitOf('k')).toBe(0);
          }
          expect(taken).toBeLessThanOrEqual(burst + (now * perMinute) / 60_000 + 1e-6);
        }
      }),
    );
  });

  test('take no more memory than for ten thousand keys, and forget the one asked for longest ago', () => {
    const buckets = new TokenBuckets({ burst: 1, perMinute: 1 }, () => 0);
    buckets.take('first');
    buckets.take('second');
    for (let n = 0; n < 9_998; n++) buckets.take(`k-${n}`);
    expect(buckets.take('first')).toBeGreaterThan(0);
    for (let n = 0; n < 5_000; n++) buckets.take(`more-${n}`);
    expect(buckets.size).toBe(10_000);
    expect(buckets.waitOf('second')).toBe(0);
    expect(buckets.waitOf('first')).toBeGreaterThan(0);
  });

  test('an IPv6 address counts with its whole network', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
    expect(networkOf('2001:db8:1:2::1')).toBe(networkOf('2001:db8:1:2:ffff::9'));
    expect(networkOf('2001:db8::1')).toBe('2001:db8:0:0');
    expect(networkOf('::1')).toBe('0:0:0:0');
    expect(networkOf('::ffff:203.0.113.9')).toBe('203.0.113.9');
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9');
  });
});
