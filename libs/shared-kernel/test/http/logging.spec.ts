import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inMessageContext } from '../../src/application/message-context.ts';
import { createLogger } from '../../src/infrastructure/logging/create-logger.ts';
import { NestLogger } from '../../src/infrastructure/logging/nest-logger.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CANARY, lampApp, type LampApp } from './lamp-app.fixture.ts';
import { tokenIssuer, type TokenIssuer } from './token-issuer.fixture.ts';

const lines: string[] = [];
const logger = createLogger({
  service: 'lamp-service',
  level: 'trace',
  personal: ['email', 'owner.phone', 'owner.nicknames[]'],
  destination: { write: (line) => void lines.push(line) },
});
beforeEach(() => {
  lines.length = 0;
});
const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}');

describe('a log line', () => {
  test('carries the ids of the message being handled', () => {
    inMessageContext({ messageId: 'm-1', correlationId: 'c-1', actor: { id: 'u-1', type: 'user' } }, () =>
      logger.info({ lamp: 'l-1' }, 'lit'),
    );
    expect(last()).toMatchObject({
      level: 'info',
      service: 'lamp-service',
      correlationId: 'c-1',
      messageId: 'm-1',
      lamp: 'l-1',
      msg: 'lit',
    });
    logger.info('outside');
    expect(last()).not.toHaveProperty('correlationId');
  });

  test('fills placeholders', () => {
    logger.info('%s has %d lumen', 'l-1', 5);
    expect(last()['msg']).toBe('l-1 has 5 lumen');
  });

  test('shows no personal field, wherever it stands, and keeps the others', () => {
    logger.info({
      email: 'x',
      Email: 'x',
      a: { phone: 'x', b: { email: 'x', c: { d: { phone: ['x'], city: 'Bern' } } } },
      list: [{ email: 'x' }],
      nicknames: ['x'],
    });
    expect(lines.at(-1)).not.toContain('"x"');
    expect(last()).toMatchObject({
      email: '[redacted]',
      a: { b: { c: { d: { city: 'Bern' } } } },
      list: [{ email: '[redacted]' }],
    });
  });

  test('G19 shows no e-mail address in texts, keys, errors, causes, bindings, nor in what Nest says', () => {
    const cause = Object.assign(new Error(`Key (email)=(${CANARY}) exists`), {
      detail: CANARY,
      parameters: [CANARY],
      code: '23505',
    });
    const error = new Error(`cannot greet ${CANARY}`, { cause });
    const nest = new NestLogger(logger);
    const ways: (() => void)[] = [
      () => logger.info(`mail to <${CANARY}>`),
      () => logger.info('mail to %s', CANARY),
      () => logger.info({ recipient: CANARY, [CANARY]: 1, nested: [{ deep: { deeper: CANARY } }] }, CANARY),
      () => logger.info(new Map([['to', CANARY]])),
      () => logger.info({ to: new Set([CANARY]), raw: Buffer.from(CANARY) }),
      () => logger.error(error),
      () => logger.error({ err: error }, 'failed'),
      () => logger.error({ problem: { inner: error } }, 'failed'),
      () =>
        logger
          .child({ user: CANARY, phone: 'canary' })
          .child({ nested: { email: 'canary' } })
          .info('bound'),
      () => nest.log(`hello ${CANARY}`, 'Context'),
      () => nest.error(error, 'Context'),
      () => nest.error(`failed for ${CANARY}`, error.stack, 'Context'),
      () => nest.warn({ user: CANARY, phone: 'canary' }, 'Context'),
    ];
    for (const write of ways) {
      const before = lines.length;
      write();
      expect(lines.length).toBe(before + 1);
    }
    expect(lines.join('')).not.toContain('canary');
    expect(lines[5]).toContain('cannot greet [redacted]');
    expect(JSON.parse(lines[5] ?? '')).toMatchObject({
      err: { type: 'Error', cause: { code: '23505' } },
      msg: 'cannot greet [redacted]',
    });
    expect(JSON.parse(lines[9] ?? '')).toMatchObject({ part: 'Context', msg: 'hello [redacted]' });
  });
});

describe('the log of a service', () => {
  let db: KernelDatabase;
  let issuer: TokenIssuer;
  let service: LampApp;
  beforeAll(async () => {
    db = await kernelDatabase();
    issuer = await tokenIssuer();
    service = await lampApp({ url: db.url, issuer });
  });
  afterAll(async () => {
    await service.close();
    await issuer.close();
    await db.close();
  });
  beforeEach(() => {
    service.log.length = 0;
  });

  test('has one line per request with the pattern of the route, and no value of it', async () => {
    const id = '0198c7d2-0000-7000-8000-000000000001';
    await service.app.inject({ method: 'GET', url: `/lamps?name=secret-value`, headers: { 'x-correlation-id': 'for-the-log' } });
    await service.app.inject({ method: 'GET', url: `/nothing/${id}` });
    const [found, missing] = service.log.map((line): Record<string, unknown> => JSON.parse(line));
    expect(service.log).toHaveLength(2);
    expect(found).toMatchObject({
      method: 'GET',
      route: '/lamps',
      status: 200,
      ms: expect.any(Number),
      correlationId: 'for-the-log',
    });
    expect(missing).toMatchObject({ route: 'unknown', status: 404 });
    expect(service.log.join('')).not.toMatch(new RegExp(`secret-value|${id}`));
  });

  test('G19 has no address of a request that fails, in a body, a URL, a header or an error of the database', async () => {
    const calls = [
      { method: 'POST' as const, url: '/errors/unknown', payload: { email: CANARY } },
      { method: 'POST' as const, url: '/errors/row', payload: { note: `write to ${CANARY}` } },
      {
        method: 'POST' as const,
        url: '/public-echo',
        payload: `{"email":"${CANARY}",`,
        headers: { 'content-type': 'application/json' },
      },
      { method: 'GET' as const, url: `/lamps/${encodeURIComponent(CANARY)}` },
      { method: 'GET' as const, url: `/lamps?email=${CANARY}` },
      { method: 'GET' as const, url: `/users/${CANARY}`, headers: { 'x-correlation-id': CANARY, referer: CANARY } },
    ];
    const statuses: number[] = [];
    for (const call of calls) {
      const response = await service.app.inject(call);
      statuses.push(response.statusCode);
      expect(response.body).not.toContain('canary');
    }
    expect(statuses).toEqual([500, 500, 400, 400, 400, 404]);
    const log = service.log.join('');
    expect(log.match(/request failed/g)).toHaveLength(2);
    expect(log).toContain("WHERE email = '[redacted]'");
    expect(log).not.toContain('canary');
  });

  test('G19 has the text of a failed statement, but neither its parameters nor the value that did not fit', async () => {
    const failed = await service.database.pooled.execute(sql`SELECT ${'Canary Bird'}::int`).catch((error: unknown) => error);
    expect(String(failed)).toContain('Canary Bird');
    logger.error({ err: failed }, 'failed');
    logger.error(failed);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(JSON.parse(line).err).toMatchObject({ message: 'Failed query: SELECT $1::int', cause: { code: '22P02' } });
      expect(line).not.toContain('Canary');
    }
  });
});
