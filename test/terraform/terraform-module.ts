import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from '@cdktf/hcl2json';

/** A JSON object of the parsed HCL; expressions are strings such as `${var.bus}`. */
export type Body = Readonly<Record<string, unknown>>;

export interface Block {
  readonly kind: 'resource' | 'data';
  readonly type: string;
  readonly name: string;
  readonly body: Body;
}

export interface TerraformModule {
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly variables: ReadonlyMap<string, Body>;
  readonly locals: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
  readonly calls: ReadonlyMap<string, Body>;
  /** Every expression of the module, in the order of the source. */
  readonly expressions: readonly string[];
}

/** Reads every module below a folder. Throws on text that is not HCL. */
export async function readModules(root: string): Promise<TerraformModule[]> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tf'));
  const folders = [...new Set(files.map((file) => dirname(file)))].toSorted();
  return Promise.all(
    folders.map(async (folder) => {
      const texts = files.filter((file) => dirname(file) === folder).map((file) => readFileSync(join(root, file), 'utf8'));
      return parseModule(folder, texts);
    }),
  );
}

export async function parseModule(path: string, texts: readonly string[]): Promise<TerraformModule> {
  const parsed: unknown[] = await Promise.all(texts.map((text, index) => parse(`${path}/${index}.tf`, text)));
  const named = (kind: string): [string, Body][] =>
    parsed.flatMap((file) =>
      entriesOf(bodyOf(file)[kind]).map(([name, value]): [string, Body] => [name, bodiesOf(value)[0] ?? {}]),
    );
  const blocks = (kind: Block['kind']): Block[] =>
    parsed.flatMap((file) =>
      entriesOf(bodyOf(file)[kind]).flatMap(([type, byName]) =>
        entriesOf(byName).flatMap(([name, value]) => bodiesOf(value).map((body) => ({ kind, type, name, body }))),
      ),
    );
  return {
    path,
    blocks: [...blocks('resource'), ...blocks('data')],
    variables: new Map(named('variable')),
    locals: new Set(parsed.flatMap((file) => bodiesOf(bodyOf(file)['locals']).flatMap((body) => Object.keys(body)))),
    outputs: new Set(named('output').map(([name]) => name)),
    calls: new Map(named('module')),
    expressions: stringsIn(parsed).filter((text) => text.includes('${')),
  };
}

export function bodyOf(value: unknown): Body {
  return isBody(value) ? value : {};
}

/** Blocks come as lists, even when there is one. */
export function bodiesOf(value: unknown): Body[] {
  return (Array.isArray(value) ? value : [value]).filter(isBody);
}

export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

function entriesOf(value: unknown): [string, unknown][] {
  return Object.entries(bodyOf(value));
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
