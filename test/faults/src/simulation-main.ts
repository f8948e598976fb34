import { parseArgs } from 'node:util';
import { digestOf, lineOf } from '@edtech/shared-kernel/testing';
import { openWorlds, replayCommand, runSeed, runSimulations } from './simulation.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, seeds: { type: 'string' }, from: { type: 'string' }, minutes: { type: 'string' } },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (values.seed === undefined) {
  const [seeds, from, minutes] = [Number(values.seeds ?? 5_000), Number(values.from ?? 1), Number(values.minutes ?? 5)];
  const report = await runSimulations({ seeds, from, budgetMs: minutes * 60_000 });
  for (const { seed, invariant, detail } of report.failures)
    print(`${invariant} (seed ${seed}): ${detail}\n  ${replayCommand(seed)}`);
  const { runs, events, crashes, failures, seconds } = report;
  print(`${runs} runs, ${events} events, ${crashes} crashes, ${failures.length} failures in ${seconds.toFixed(1)} s`);
  process.exitCode = failures.length === 0 ? 0 : 1;
} else {
  const result = await runSeed(await openWorlds(), Number(values.seed));
  for (const entry of result.trace) print(lineOf(entry));
  for (const { invariant, detail } of result.violations) print(`\n${invariant}: ${detail}`);
  print(
    `\nseed ${values.seed}: ${result.events} events, ${result.crashes} crashes, ${result.violations.length} violations, ${digestOf(result)}`,
  );
  process.exitCode = result.violations.length === 0 ? 0 : 1;
}
