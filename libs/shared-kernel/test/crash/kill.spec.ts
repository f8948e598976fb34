import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Replica } from '../feed.fixture.ts';
import { kernelDatabase, type KernelDatabase } from '../kernel-database.ts';
import { CREATE_LAMPS } from '../lamps.fixture.ts';
import { countsEffects, publishesTo } from './writer.process.ts';

const KILLS = 10;
let db: KernelDatabase;
let folder: string;

beforeAll(async () => {
  db = await kernelDatabase();
  await db.database.query({ text: CREATE_LAMPS });
  await db.database.query({ text: 'CREATE TABLE effects (event_id uuid NOT NULL)' });
  folder = await mkdtemp(join(tmpdir(), 'kernel-kill-'));
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the writer until it has acknowledged something, then kills it in the middle of its work; answers what it acknowledged. */
async function writeUntilKilled(run: number): Promise<string[]> {
  const program = join(import.meta.dirname, 'writer.process.ts');
  const child = spawn(
    process.execPath,
    ['--experimental-transform-types', '--no-warnings', program, db.url, join(folder, 'published'), `run${run}`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const chunks: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  await once(child.stdout, 'data');
  await sleep(50 + 30 * run);
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = chunks.join('').split('\n');
  return lines.slice(0, -1);
}

test('G8 a process that is killed in mid-work loses no acknowledged event, publishes every one and doubles no effect', async () => {
  const acknowledged: string[] = [];
  for (let run = 1; run <= KILLS; run++) acknowledged.push(...(await writeUntilKilled(run)));
  expect(acknowledged.length).toBeGreaterThan(KILLS);

  const survivor: Replica = new Replica(
    db.url,
    [countsEffects(() => survivor)],
    [publishesTo(join(folder, 'published'))],
  ).start();
  await survivor.settle();
  await survivor.stop();

  const { rows } = await db.database.query<{ aggregate_id: string; event_id: string; versions: number }>({
    text: `SELECT aggregate_id, event_id, count(*) OVER (PARTITION BY aggregate_id)::int AS versions FROM domain_events`,
  });
  const recorded = new Set(rows.map((row) => row.aggregate_id));
  expect(acknowledged.filter((id) => !recorded.has(id))).toEqual([]);
  expect(rows.filter((row) => row.versions !== 2)).toEqual([]);
  const published = new Set((await readFile(join(folder, 'published'), 'utf8')).split('\n'));
  expect(rows.filter((row) => !published.has(row.event_id))).toEqual([]);
  const effects = await db.database.query<{ event_id: string }>({ text: 'SELECT event_id FROM effects' });
  expect(effects.rows.map((row) => row.event_id).toSorted()).toEqual(rows.map((row) => row.event_id).toSorted());
}, 60_000);
