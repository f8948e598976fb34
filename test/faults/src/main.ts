import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SeededRandom } from '@edtech/shared-kernel/testing';
import { stopPostgresOfThisRun } from './cell/durable-postgres.ts';
import { ROOT } from './cell/events-file.ts';
import { renderSection, type SectionReport } from './report.ts';
import { sections, type SectionName } from './sections/sections.ts';

const USAGE = `npm run faults -- [${Object.keys(sections).join('|')}]… [--seed <n>|random] [--hours <n>] [--only P8,P16 | --only saga,feed.after-read] [--verbose]
Without a name: the sections of the gate. --hours: one soak of that length.`;

/** Always the same, so that a gate that turns red tells of the change; `--seed random` breaks new ground. */
const GATE_SEED = 1;

const startedAt = performance.now();
const { values, positionals } = readArguments();
const chosen = chosenSections();
const seed = chosenSeed();
print(`seed ${seed}, Node ${process.versions.node}, ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}\n`);

const reports: SectionReport[] = [];
for (const name of chosen) {
  progress(`${name} …`);
  const report = await sections[name].run({
    random: new SeededRandom(seed, [name]),
    hours: Number(values.hours ?? 1),
    only: values.only?.split(',') ?? [],
    log: (line) => {
      if (values.verbose) progress(`${name}: ${line}`);
    },
    progress: (line) => progress(`${name}: ${line}`),
  });
  reports.push(report);
  print(renderSection(report));
}

await stopPostgresOfThisRun();
const passed = reports.every((report) => report.passed);
const seconds = (performance.now() - startedAt) / 1_000;
await save();
print(
  `\n${passed ? 'passed' : 'FAILED'}: ${reports.filter((report) => report.passed).length} of ${reports.length} in ${seconds.toFixed(0)} s; seed ${seed}`,
);
process.exit(passed ? 0 : 1);

function chosenSections(): SectionName[] {
  if (values.hours !== undefined && positionals.length === 0) return ['soak'];
  const all = Object.keys(sections).filter(isSection);
  const unknown = positionals.filter((name) => !isSection(name));
  if (unknown.length > 0) wrongUsage(`there is no section ${unknown.join(', ')}`);
  return positionals.length > 0 ? positionals.filter(isSection) : all.filter((name) => sections[name].inGate);
}

function chosenSeed(): number {
  const given = values.seed === 'random' ? randomInt(2 ** 31) : Number(values.seed ?? GATE_SEED);
  return Number.isSafeInteger(given) ? given : wrongUsage(`${values.seed} is no seed`);
}

function isSection(name: string): name is SectionName {
  return Object.hasOwn(sections, name);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string' },
        hours: { type: 'string' },
        only: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return wrongUsage(error instanceof Error ? error.message : String(error));
  }
}

function wrongUsage(reason: string): never {
  process.stderr.write(`${reason}\n\n${USAGE}\n`);
  process.exit(64);
}

async function save(): Promise<void> {
  const folder = join(ROOT, 'test', 'faults', 'results');
  await mkdir(folder, { recursive: true });
  const report = {
    seed,
    at: new Date().toISOString(),
    node: process.versions.node,
    cores: cpus().length,
    processor: cpus()[0]?.model,
    seconds: Math.round(seconds),
    passed,
    sections: reports,
  };
  await writeFile(join(folder, `${chosen.length === 1 ? chosen[0] : 'gate'}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function progress(text: string): void {
  process.stderr.write(`[${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s] ${text}\n`);
}
