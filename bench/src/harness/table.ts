import type { Row, Spread } from './measure.ts';

/** Rows as a Markdown table. */
export function renderTable(title: string, rows: readonly Row[]): string {
  const meters = [...new Set(rows.flatMap((row) => Object.keys(row.meters)))];
  const head = [title, 'ops/s (min-max)', 'ratio', 'p50 ms', 'p99 ms', 'CPU µs/op', ...meters, 'includes'];
  const body = rows.map((row) => [
    row.name,
    `${whole(row.opsPerSecond.median)} (${whole(row.opsPerSecond.min)}-${whole(row.opsPerSecond.max)})`,
    ratio(row.ratio),
    row.p50 === null ? '-' : row.p50.toFixed(2),
    row.p99 === null ? '-' : row.p99.toFixed(2),
    whole(row.cpuMicrosPerOp),
    ...meters.map((meter) => (row.meters[meter] === undefined ? '-' : whole(row.meters[meter]))),
    row.includes,
  ]);
  return markdown(head, body);
}

export function markdown(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function ratio({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
