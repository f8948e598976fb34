import type { Pool, PoolClient } from 'pg';

/** A smaller table is a few pages: there a scan is the right plan. */
const LARGE = 5_000;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly Plan: PlanNode;
  readonly 'Execution Time': number;
}

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Remembers the named statements that pass through a pool, so that the plans shown are of what really runs. */
export class StatementRecorder {
  readonly #seen = new Map<string, Statement>();

  constructor(pool: Pool) {
    pool.on('connect', (client) => {
      const query = Reflect.get(client, 'query');
      Object.defineProperty(client, 'query', {
        value: (...given: unknown[]): unknown => {
          this.#note(given[0]);
          return Reflect.apply(query, client, given);
        },
      });
    });
  }

  get(name: string): Statement {
    const statement = this.#seen.get(name);
    if (statement === undefined) throw new Error(`no statement named ${name} was sent; is it still called so in the kernel?`);
    return statement;
  }

  #note(config: unknown): void {
    if (typeof config !== 'object' || config === null || !('name' in config && 'text' in config)) return;
    const values = 'values' in config && Array.isArray(config.values) ? [...config.values] : [];
    this.#seen.set(String(config.name), { text: String(config.text), values });
  }
}

/**
 * EXPLAIN (ANALYZE, BUFFERS) with a custom and with a generic plan; nothing stays written. Throws WholeTable when a plan scans `table`
 * in sequence or sorts more than half of its rows, unless the table is small.
 */
export async function explain(pool: Pool, title: string, { text, values }: Statement, table: string): Promise<string> {
  const client = await pool.connect();
  try {
    const count = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${table}`);
    const size = Number(count.rows[0]?.rows ?? 0);
    const shown = [`${title}, ${size} rows in ${table}`];
    let told = '';
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      const explained = await analyze(client, mode, { text, values });
      const tree = lines(explained.Plan, 2);
      shown.push(`  ${mode}: ${explained['Execution Time'].toFixed(2)} ms`, ...(tree.join() === told ? ['    the same'] : tree));
      told = tree.join();
      const offender = wholeTable(explained.Plan, table, size);
      if (offender !== undefined && size >= LARGE)
        throw new WholeTable(title, mode, `${offender['Node Type']}\n${shown.join('\n')}`);
    }
    return shown.join('\n');
  } finally {
    client.release();
  }
}

async function analyze(client: PoolClient, mode: string, { text, values }: Statement): Promise<Explained> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL plan_cache_mode = ${mode}`);
    const { rows } = await client.query<{ 'QUERY PLAN': readonly Explained[] }>({
      text: `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values: [...values],
    });
    const explained = rows[0]?.['QUERY PLAN'][0];
    if (explained === undefined) throw new Error('EXPLAIN answered no plan');
    return explained;
  } finally {
    await client.query('ROLLBACK');
  }
}

function wholeTable(node: PlanNode, table: string, size: number): PlanNode | undefined {
  const scans = node['Node Type'] === 'Seq Scan' && node['Relation Name'] === table;
  const sorts = node['Node Type'].endsWith('Sort') && node['Actual Rows'] * node['Actual Loops'] > size / 2;
  if (scans || sorts) return node;
  return node.Plans?.map((child) => wholeTable(child, table, size)).find((found) => found !== undefined);
}

function lines(node: PlanNode, depth: number): string[] {
  const on = node['Index Name'] ?? node['Relation Name'];
  const own = `${'  '.repeat(depth)}${node['Node Type']}${on === undefined ? '' : ` on ${on}`}: rows ${node['Actual Rows']} × ${node['Actual Loops']}, buffers ${node['Shared Hit Blocks'] + node['Shared Read Blocks']}`;
  return [own, ...(node.Plans ?? []).flatMap((child) => lines(child, depth + 1))];
}

export class WholeTable extends Error {
  readonly code = 'WHOLE_TABLE';

  constructor(
    readonly statement: string,
    readonly mode: string,
    plan: string,
  ) {
    super(`${statement} (${mode}) reads or sorts the whole table: ${plan}`);
    this.name = 'WholeTable';
  }
}
