import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { print, renderGoals, RESULTS } from './harness/program.ts';
import type { Result } from './harness/result.ts';
import { renderTable } from './harness/table.ts';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');
const [BEGIN, END] = ['<!-- bench:begin -->', '<!-- bench:end -->'];

/** Puts the results of the last full runs between the markers of the page; everything else in it stays as it is. */
function report(): void {
  const results = readdirSync(RESULTS)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file): Result => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')));
  if (results.length === 0) throw new Error(`${RESULTS} holds no result; run the benchmarks without --quick first`);
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/benchmarks.md needs the lines ${BEGIN} and ${END}, in this order`);
  const text = results.map(section).join('\n\n');
  writeFileSync(PAGE, `${page.slice(0, begin + BEGIN.length)}\n\n${text}\n\n${page.slice(end)}`);
  print(`${results.map(({ program }) => program).join(', ')} written to docs/benchmarks.md`);
}

function section(result: Result): string {
  const { program, tables, goals, gates, commit, cpu, cores, endpoint, rounds, roundMs, versions } = result;
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const counted = gates.filter(({ passed }) => passed).length;
  return [
    `**${program}**: commit ${commit}, ${cpu}, ${cores} cores, ${endpoint}, median of ${rounds} rounds of ${roundMs} ms; ${used.join(', ')}; ${counted} of ${gates.length} gates passed.`,
    ...(goals.length > 0 ? [renderGoals(goals)] : []),
    ['<details><summary>All rows</summary>', ...tables.map(({ title, rows }) => renderTable(title, rows)), '</details>'].join(
      '\n\n',
    ),
  ].join('\n\n');
}

report();
