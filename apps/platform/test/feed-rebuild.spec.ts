import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateArchiveCommand, DescribeArchiveCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadConfig, pointAwsTo } from '../src/config.ts';
import { Api, itemsOf, textAt, type Json } from '../src/demo/api.ts';
import { DemoBus } from '../src/demo/demo-bus.ts';
import { ToldLesson } from '../src/demo/told-lesson.ts';
import { edtechCommand } from '../src/edtech-command.ts';
import { People, type Person } from '../src/people.ts';
import { startPlatform, type RunningPlatform } from '../src/start-platform.ts';
import { freePort } from '../src/free-port.ts';

const ARCHIVE = 'kept-for-the-test';
const EMAIL = 'ada@example.org';
let dataDir: string;
let environment: Record<string, string>;
let platform: RunningPlatform | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'edtech-embedded-'));
  const [postgres, aws] = [await freePort(), await freePort()];
  environment = {
    EDTECH_DATA: dataDir,
    GATEWAY_PORT: '0',
    SMTP_PORT: '0',
    POSTGRES_PORT: String(postgres),
    AWS_PORT: String(aws),
    LOG_LEVEL: 'silent',
  };
  for (const [name, value] of Object.entries(pointAwsTo(`http://127.0.0.1:${aws}`, 'local'))) vi.stubEnv(name, value);
});
afterAll(async () => {
  await platform?.stop();
  vi.unstubAllEnvs();
  await rm(dataDir, { recursive: true, force: true });
});

async function rebuild(): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await edtechCommand(['feed', 'rebuild', 'payment-service'], {
    env: { ...environment },
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    isTerminal: false,
  });
  return { code, ...said };
}

async function start(): Promise<RunningPlatform> {
  platform = await startPlatform(loadConfig({ ...environment }), { isolated: false, replicas: 1, log: () => undefined });
  return platform;
}
async function stop(): Promise<void> {
  await platform?.stop();
  platform = undefined;
}

/** From now on the bus keeps what payment-service puts on it. A rule of the test would be taken off at the next start. */
async function keepEvents(): Promise<void> {
  await new EventBridgeClient({}).send(
    new CreateArchiveCommand({
      ArchiveName: ARCHIVE,
      EventSourceArn: 'arn:aws:events:us-east-1:000000000000:event-bus/edtech-event-bus',
      EventPattern: JSON.stringify({ source: ['payment-service'] }),
    }),
  );
}

/** How many entries of payment-service the bus has taken. */
async function published(): Promise<number> {
  const { EventCount = 0 } = await new EventBridgeClient({}).send(new DescribeArchiveCommand({ ArchiveName: ARCHIVE }));
  return EventCount;
}

async function untilPublished(count: number): Promise<void> {
  await vi.waitFor(async () => expect(await published()).toBe(count), { timeout: 20_000, interval: 100 });
}

async function pay({ url, awsUrl }: RunningPlatform, { id: studentId, token }: Person): Promise<Json> {
  const lesson = new ToldLesson(new DemoBus(awsUrl), { studentId, tutorId: randomUUID() });
  await lesson.request(5_000, 'pm_ok');
  return vi.waitFor(
    async () => {
      const { body } = await new Api(url).call('GET', `/payments?bookingId=${lesson.bookingId}`, { token });
      expect(itemsOf(body)).toMatchObject([{ status: 'completed' }]);
      return itemsOf(body)[0] ?? null;
    },
    { timeout: 20_000, interval: 100 },
  );
}

test('where nothing was ever started there is nothing to rebuild: it says what to do and makes nothing', async () => {
  const refused = await rebuild();
  expect([refused.code, refused.out, refused.err]).toEqual([
    1,
    '',
    expect.stringMatching(/nothing was changed: there is nothing in .* yet: payment-service was never started there.*npm start/),
  ]);
  expect(await readdir(dataDir)).toEqual([]);
});

test('the folder of npm start: stopped, rebuilt, started; payments are read as before and nothing is published twice', async () => {
  const first = await start();
  await keepEvents();
  const student = await new People(new Api(first.url)).register('student', EMAIL);
  const before = await pay(first, student);
  await untilPublished(3);
  const busy = await rebuild();
  expect([busy.code, busy.err]).toEqual([1, expect.stringMatching(/in use by process|taken by another program/)]);
  await stop();

  const rebuilt = await rebuild();
  expect([rebuilt.code, rebuilt.out]).toEqual([
    0,
    expect.stringMatching(
      /3 events, 1 streams of the store\n0 were missing in the log, 0 were other than in the store, 0 were only/,
    ),
  ]);

  const again = await start();
  const token = await new People(new Api(again.url)).login(EMAIL);
  const { body } = await new Api(again.url).call('GET', `/payments/${textAt(before, 'id')}`, { token });
  expect(body).toMatchObject({ status: 'completed', amount: 5_000, streamVersion: 3 });
  await pay(again, { ...student, token });
  await untilPublished(6);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await published()).toBe(6);
}, 120_000);
