import { services } from '@edtech/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALLERS } from './access-table.ts';
import { badTokens } from './bad-tokens.ts';
import { Stage } from './callers.ts';
import type { Answer } from './edge.fixture.ts';
import { exampleOf, queryOf } from './examples.ts';
import { urlOf, type Operation } from './operations.ts';
import { namesIn, propertiesOf } from './values-of.ts';

const NAMES = services.map(({ definition }) => definition.name);
/** What ends or interrupts somebody's life here comes last: other services hear of it. */
const ENDING = [
  'POST /users/me/deactivate',
  'POST /users/me/reactivate',
  'PUT /admin/users/{id}/status',
  'POST /users/{id}/suspend',
  'DELETE /users/me',
];
/** A state that has moved on refuses too, but only whom it has let in. */
const ADMITTED = new Set([409, 412, 422]);
/** What somebody might hope to set beside what the answers name. */
const HOPED_FOR = [
  'isAdmin',
  'admin',
  'duties',
  'version',
  'price',
  'capturedAmount',
  'createdAt',
  'ownerId',
  'actor',
  'constructor',
];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
}, 120_000);
afterAll(() => stage.close());

function verdictOf({ status }: Answer, { method }: Operation): string {
  return (status >= 200 && status < 300) || (method !== 'GET' && ADMITTED.has(status)) ? 'ok' : String(status);
}

function detailOf({ body }: Answer): string {
  return typeof body === 'object' && body !== null && 'detail' in body ? String(body.detail).slice(0, 100) : '';
}

/** Where an answer is not what the table says, or a refused request has changed a foreign object. */
async function deviationsOf(asked: readonly Operation[]): Promise<string[]> {
  const deviations: string[] = [];
  const foreign = Object.values(stage.cast.foreign);
  for (const operation of asked) {
    const { service, name } = operation;
    for (const which of ['foreign', 'own'] as const) {
      for (const caller of CALLERS) {
        const expected = stage.rowOf(operation)?.cells[caller][which] ?? 'a row';
        // What administrators and services may change elsewhere reaches the log a moment later: it would count here.
        const isStranger = caller === 'student' || caller === 'tutor';
        const isWatched = isStranger && which === 'foreign' && expected !== 'ok' && operation.method !== 'GET';
        const changes = (): Promise<number> | number =>
          isWatched ? stage.recordedBy(service, stage.actorOf(caller), foreign) : 0;
        const before = await changes();
        const answer = await stage.ask(operation, caller, which);
        if (verdictOf(answer, operation) !== expected)
          deviations.push(`${name} as ${caller}, ${which}: ${expected} expected, but ${answer.status} ${detailOf(answer)}`);
        if ((await changes()) !== before) deviations.push(`${name} as ${caller} changed a foreign object`);
      }
    }
  }
  return deviations;
}

describe.each(NAMES)('the operations of %s', (service) => {
  test('stand in docs/access.md, each once, and nothing else does', () => {
    const named = stage.operationsIn(service).map(({ name }) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(
      stage
        .rowsOf(service)
        .map(({ operation }) => operation)
        .toSorted(),
    ).toEqual(named.toSorted());
  });

  test('answer every caller, about own and foreign objects, as docs/access.md says', async () => {
    const isRead = ({ method }: Operation): number => (method === 'GET' ? 0 : 1);
    const kept = stage.operationsIn(service).filter(({ name }) => !ENDING.includes(name));
    expect(await deviationsOf(kept.toSorted((a, b) => isRead(a) - isRead(b)))).toEqual([]);
  }, 60_000);

  test('show nobody in a list what belongs to another', async () => {
    const lists = stage
      .operationsIn(service)
      .filter(({ method, path }) => method === 'GET' && !path.includes('{') && !path.startsWith('/ops/'));
    const foreign = Object.values(stage.cast.foreign);
    for (const operation of lists) {
      for (const caller of ['student', 'tutor'] as const) {
        const { text } = await stage.ask(operation, caller, 'own');
        expect(
          foreign.filter((id) => text.includes(id)),
          `${operation.name} as ${caller}`,
        ).toEqual([]);
      }
    }
  });

  test('refuse every kind of bad token', async () => {
    const bad = Object.entries(await badTokens(stage.world.tokens, service, stage.cast.superadminId));
    expect(bad.length).toBeGreaterThanOrEqual(14);
    const accepted: string[] = [];
    for (const operation of stage.operationsIn(service)) {
      if (operation.access.includes('public')) continue;
      const url = urlOf(operation, stage.pathOf(operation, 'superadmin', 'own'), queryOf(operation));
      for (const [kind, token] of bad) {
        const { status } = await stage.world.send(service, operation.method, url, { token });
        if (status !== 401) accepted.push(`${operation.name} with a token ${kind}: ${status}`);
      }
    }
    expect(accepted).toEqual([]);
  }, 60_000);

  test('take no field that their body does not name, and change nothing then', async () => {
    const taken: string[] = [];
    for (const operation of stage.operationsIn(service)) {
      const { body, headers } = exampleOf(operation);
      if (typeof body !== 'object' || body === null) continue;
      const { caller, which } = stage.admitted(operation);
      const token = await stage.tokenOfAdmitted(operation);
      const url = urlOf(operation, stage.pathOf(operation, caller, which), queryOf(operation));
      const own = propertiesOf(operation.body ?? {}, operation.named);
      const before = await stage.recordedBy(service, stage.actorOf(caller));
      for (const name of new Set([...namesIn(operation.named), ...HOPED_FOR])) {
        if (own.includes(name)) continue;
        const answer = await stage.world.send(service, operation.method, url, { token, headers, body: { ...body, [name]: 'x' } });
        if (answer.status !== 400) taken.push(`${operation.name} took ${name}: ${answer.status}`);
      }
      if ((await stage.recordedBy(service, stage.actorOf(caller))) !== before) taken.push(`${operation.name} changed something`);
    }
    expect(taken).toEqual([]);
  }, 60_000);

  test('take no body of more than 256 KB and none that is nested too deep', async () => {
    const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
    for (const operation of stage.operationsIn(service)) {
      if (operation.body === undefined || operation.isUpload) continue;
      const { caller, which } = stage.admitted(operation);
      const token = await stage.tokenOfAdmitted(operation);
      const url = urlOf(operation, stage.pathOf(operation, caller, which));
      const send = async (body: string): Promise<number> =>
        (await stage.world.send(service, operation.method, url, { token, body })).status;
      expect([operation.name, await send(`{"a":"${'x'.repeat(256 * 1024)}"}`), await send(deep)]).toEqual([
        operation.name,
        413,
        400,
      ]);
    }
  });
});

test('what was is as closed to others as what is', async () => {
  const { own, foreign } = stage.cast;
  const now = new Date(Date.now() + 60_000).toISOString();
  for (const [role, id] of [
    ['student', own.studentId],
    ['tutor', own.tutorId],
  ] as const) {
    const token = await stage.world.tokens.user({ id, role });
    for (const path of [`?asOf=${now}`, '?version=1', '/history', '/diff?from=1&to=2']) {
      const status = async (paymentId: string): Promise<number> =>
        (await stage.world.send('payment-service', 'GET', `/payments/${paymentId}${path}`, { token })).status;
      expect([role, path, await status(own.paymentId), await status(foreign.paymentId)]).toEqual([role, path, 200, 404]);
    }
  }
});

test('the operations that end somebody answer as docs/access.md says', async () => {
  const ending = NAMES.flatMap((service) => stage.operationsIn(service).filter(({ name }) => ENDING.includes(name)));
  expect(ending.map(({ name }) => name).toSorted()).toEqual(ENDING.toSorted());
  expect(await deviationsOf(ending)).toEqual([]);
});
