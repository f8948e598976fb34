import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the order of the table's columns. */
export const CALLERS = ['anonymous', 'student', 'tutor', 'admin', 'admin with duty', 'superadmin', 'service'] as const;
export type CallerKind = (typeof CALLERS)[number];

export interface Row {
  readonly operation: string;
  /** Each of them is enough for `admin with duty`; `admin` has none of them. */
  readonly duties: readonly string[];
  readonly cells: Readonly<Record<CallerKind, { readonly own: string; readonly foreign: string }>>;
}

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'access.md');
const CELL = /^(ok|\d{3})(?: \/ (ok|\d{3}))?$/;
/** Heads the routes that the kernel gives to every service. */
export const EVERY_SERVICE = 'every service';

/** The reviewed table, by service. Throws for a line that is no row. */
export async function accessTable(): Promise<ReadonlyMap<string, readonly Row[]>> {
  const table = new Map<string, Row[]>();
  let service = '';
  for (const line of (await readFile(FILE, 'utf8')).split('\n')) {
    if (line.startsWith('## ')) service = line.slice(3).trim();
    if (!/^\| *(GET|POST|PUT|PATCH|DELETE) /.test(line)) continue;
    const rows = table.get(service) ?? [];
    rows.push(rowOf(line));
    table.set(service, rows);
  }
  return table;
}

function rowOf(line: string): Row {
  const [operation = '', duties = '', ...cells] = line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
  const read = CALLERS.map((caller, index) => {
    const [, own, foreign = own] = CELL.exec(cells[index] ?? '') ?? [];
    if (own === undefined || foreign === undefined)
      throw new Error(`docs/access.md: "${cells[index] ?? ''}" for ${caller} in ${line}`);
    return [caller, { own, foreign }] as const;
  });
  const [anonymous, student, tutor, admin, withDuty, superadmin, service] = read.map(([, cell]) => cell);
  if (!anonymous || !student || !tutor || !admin || !withDuty || !superadmin || !service || cells.length !== CALLERS.length) {
    throw new Error(`docs/access.md: a row has ${CALLERS.length} callers: ${line}`);
  }
  return {
    operation: operation.replace(/\s+/, ' '),
    duties: duties.split(' or ').filter((duty) => duty !== ''),
    cells: { anonymous, student, tutor, admin, 'admin with duty': withDuty, superadmin, service },
  };
}
