import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, services } from '@edtech/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edgeWorld, environmentOf, freshDatabase, type EdgeWorld } from './edge.fixture.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NAMES = services.map(({ definition }) => definition.name);

/** Words that stand nowhere else. What is personal must be nowhere but in answers to whom it concerns; notes at least in no log and no error. */
const CANARY = 'zqcanary';
const first = `${CANARY}first`;
const email = `${CANARY}mail@example.org`;
const bio = `${CANARY}bio is what I say of myself, and it is long enough to be taken`;
const note = `${CANARY}note`;

let world: EdgeWorld;
let folder: string;
const ports = new Map<string, number>();
const processes: ChildProcess[] = [];
const drops: (() => Promise<void>)[] = [];
let output = '';
/** Every error answer, with the request that got it. */
const errors: string[] = [];

beforeAll(async () => {
  const built = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b', ...NAMES.map((name) => `apps/${name}`)],
    { cwd: ROOT },
  );
  expect(built.status, built.stdout.toString()).toBe(0);
  world = await edgeWorld({ only: [] });
  folder = await mkdtemp(join(tmpdir(), 'canaries-'));
  for (const name of NAMES) ports.set(name, await freePort());
  for (const { definition } of services) {
    const { name } = definition;
    const { url, drop } = await freshDatabase(definition);
    drops.push(drop);
    const child = spawn(
      process.execPath,
      ['--import', join(import.meta.dirname, 'print-telemetry.mjs'), join(ROOT, 'apps', name, 'dist', 'main.js')],
      {
        env: {
          ...process.env,
          ...environmentOf(world.tokens, folder, ports),
          LOG_LEVEL: 'trace',
          DATABASE_URL: url,
          PORT: String(ports.get(name)),
          SERVICE_KEY: JSON.stringify(world.tokens.serviceKeys.get(name)),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    processes.push(child);
  }
  for (const name of NAMES) await until(`${name} answers`, async () => (await call(name, 'GET', '/health/live')).status === 200);
}, 120_000);

afterAll(async () => {
  for (const child of processes) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  for (const drop of drops) await drop();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (
    const end = Date.now() + 40_000;
    !(await look().catch(() => false));
    await new Promise((resolve) => setTimeout(resolve, 100))
  ) {
    if (Date.now() > end) throw new Error(`not seen within 40 s: ${what}`);
  }
}

async function call(
  service: string,
  method: string,
  path: string,
  token?: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${ports.get(service)}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 400) errors.push(`${answer.status} ${method} ${service}: ${text}`);
  return { status: answer.status, text };
}

test('I12 names, addresses and notes stand in no log, span, metric, parked view or error', async () => {
  const admin = await world.tokens.user({ id: randomUUID(), role: 'superadmin' });
  const person = { email, firstName: first, lastName: `${CANARY}last`, role: 'tutor', status: 'active', bio };
  const made = await call('user-service', 'POST', '/users', admin, person);
  expect(made.status).toBe(201);
  const { id }: { id: string } = JSON.parse(made.text);
  const tutor = await world.tokens.user({ id, role: 'tutor' });
  const leaver = {
    email: `${CANARY}leaver@example.org`,
    firstName: first,
    lastName: `${CANARY}last`,
    role: 'student',
    status: 'active',
  };
  const { id: leaverId }: { id: string } = JSON.parse((await call('user-service', 'POST', '/users', admin, leaver)).text);
  expect((await call('user-service', 'POST', '/users', admin, person)).status).toBe(409);
  expect((await call('user-service', 'POST', '/users', admin, { ...person, email: `${CANARY} no address` })).status).toBe(400);
  expect((await call('user-service', 'GET', `/users?q=${first}`, admin)).text).toContain(first);
  expect((await call('user-service', 'GET', `/users/${first}`, admin)).status).toBe(400);
  await call('user-service', 'PATCH', '/users/me', tutor, {
    firstName: `${first}2`,
    bio,
    skills: [`${CANARY}skill`],
    timezone: `${CANARY}/zone`,
  });
  await call('user-service', 'PATCH', '/users/me', tutor, { firstName: `${first}2`, bio });

  await until('the profile', async () => (await call('tutor-service', 'GET', '/tutors/me', tutor)).status === 200);
  const education = [{ institution: `${CANARY}school`, degree: 'Mathematics', year: 1985 }];
  expect((await call('tutor-service', 'PATCH', '/tutors/me', tutor, { bio, education })).status).toBe(200);
  await call('tutor-service', 'PATCH', '/tutors/me', tutor, { bio: 7, headline: `${first} `.repeat(60) });
  await call('tutor-service', 'POST', '/tutors/me/submit', tutor);
  await call('tutor-service', 'POST', `/tutors/${id}/suspend`, admin, { reason: note });

  const minor = {
    email: `${CANARY}minor@example.org`,
    guardianEmail: `${CANARY}guardian@example.org`,
    password: `${CANARY}Aa1-password`,
    firstName: `${CANARY}child`,
    lastName: `${CANARY}last`,
    role: 'student',
    birthDate: `${new Date().getFullYear() - 15}-01-01`,
    locale: 'en',
    timezone: 'UTC',
    termsVersion: '1',
  };
  const registered = await call('identity-service', 'POST', '/identity/register', undefined, minor);
  expect(registered.status).toBe(202);
  expect((await call('identity-service', 'POST', '/identity/register', undefined, minor)).status).toBe(409);
  await call('identity-service', 'POST', '/identity/register', undefined, { ...minor, email: `${CANARY} none` });
  for (let guess = 0; guess < 4; guess++) {
    const login = { email: minor.email, password: `${CANARY}guess${guess}` };
    await call('identity-service', 'POST', '/identity/login', undefined, login);
  }
  await call('identity-service', 'POST', '/identity/forgot-password', undefined, { email: minor.email });
  await call('identity-service', 'POST', '/identity/verify-email', undefined, { token: `${CANARY}token` });
  await call('admin-service', 'PUT', `/admin/users/${id}/status`, admin, { status: 'active', reason: note });
  await call('admin-service', 'PUT', `/admin/users/${randomUUID()}/status`, admin, { status: 'suspended', reason: note });

  const studentId = randomUUID();
  const student = await world.tokens.user({ id: studentId, role: 'student' });
  const lesson = {
    bookingId: randomUUID(),
    studentId,
    tutorId: id,
    kind: 'regular',
    amount: 9_000,
    currency: 'EUR',
    paymentMethodId: 'pm_ok',
  };
  const paid = await call(
    'payment-service',
    'POST',
    '/payments',
    await world.tokens.service('matching-service', 'payment-service'),
    lesson,
  );
  const { paymentId }: { paymentId: string } = JSON.parse(paid.text);
  expect(
    (await call('payment-service', 'POST', `/payments/${paymentId}/refunds`, student, { reason: note, amount: 100 })).status,
  ).toBe(202);
  await call('payment-service', 'POST', `/payments/${paymentId}/refunds`, student, { reason: note, amount: 999_999_999 });
  await call('payment-service', 'POST', '/payments/webhooks/fake', undefined, { note, email });
  await call('user-service', 'POST', `/users/${id}/suspend`, admin, { reason: note });

  // There is no mail server: the welcome mail fails until it is parked.
  let parked = '';
  await until('a parked mail', async () => {
    parked = (await call('user-service', 'GET', '/ops/parked', admin)).text;
    return parked.includes('welcome');
  });
  const { userId }: { userId: string } = JSON.parse(registered.text);
  await until('the audit of the registration', async () =>
    (await call('admin-service', 'GET', `/admin/audit?aggregate=${userId}`, admin)).text.includes('identity.registered'),
  );
  const audit = (await call('admin-service', 'GET', '/admin/audit/export', admin)).text;
  for (const word of [first, `${CANARY}last`, `${CANARY}child`, email, minor.email, minor.guardianEmail, minor.password])
    expect([word, audit.includes(word)]).toEqual([word, false]);
  for (const name of NAMES) {
    parked += (await call(name, 'GET', '/ops/parked', admin)).text + (await call(name, 'GET', '/ops/overview', admin)).text;
    const events = (await call(name, 'GET', '/ops/events', admin)).text;
    // Bio and education of a tutor are what the public listing shows.
    const personal = [
      first,
      `${CANARY}last`,
      `${CANARY}child`,
      email,
      minor.email,
      minor.guardianEmail,
      ...(name === 'tutor-service' ? [] : [bio]),
    ];
    for (const word of personal) expect([name, word, events.includes(word)]).toEqual([name, word, false]);
  }
  // What is asked of a service that is away fails, and the failure is logged.
  const payments = processes[NAMES.indexOf('payment-service')];
  payments?.kill('SIGKILL');
  if (payments !== undefined) await once(payments, 'exit');
  const leaving = await world.tokens.user({ id: leaverId, role: 'student' });
  expect((await call('user-service', 'DELETE', '/users/me', leaving)).status).toBe(503);
  await until('the failure in the log', async () => output.includes('"level":"error"'));
  for (const kind of ['"level":"error"', '"level":"info"', 'SPAN ', 'METRIC '])
    expect([kind, output.includes(kind)]).toEqual([kind, true]);
  expect(errors.length).toBeGreaterThan(12);
  const places = { logs: output.split('\n'), parked: [parked], errors };
  for (const [place, lines] of Object.entries(places)) {
    expect([place, lines.filter((line) => line.toLowerCase().includes(CANARY)).map((line) => line.slice(0, 600))]).toEqual([
      place,
      [],
    ]);
  }
}, 120_000);
