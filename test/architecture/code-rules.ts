import { commentsOf, codeOf } from './source-text.ts';
import type { SourceFile } from './source-tree.ts';

/** What is wrong with one file; empty when nothing is. */
export type CodeRule = (file: SourceFile) => readonly string[];

function finds(what: string, pattern: RegExp, look: (text: string) => readonly string[]): CodeRule {
  return ({ path, text }) =>
    look(text).flatMap((piece) => [...piece.matchAll(pattern)].map(([hit]) => `${path}: ${what}: ${hit.trim()}`));
}

const inCode = (what: string, pattern: RegExp): CodeRule => finds(what, pattern, (text) => [codeOf(text)]);
const inComments = (what: string, pattern: RegExp): CodeRule => finds(what, pattern, commentsOf);

export const noAny = inCode('the type any', /(?<![.\w$])any\b(?!\s*[:(])/g);
export const noDoubleCast = inCode('a cast that silences the compiler', /\bas\s+unknown\s+as\b/g);
export const noSilencedCompiler = inComments('a silenced compiler', /@ts-(?:ignore|expect-error|nocheck)/g);
export const noOpenEnds = inComments('an open end', /\b(?:TODO|FIXME|XXX|HACK)\b/g);
export const noNumberedSteps = inComments('a numbered step', /^\/\/\s*(?:step\s*)?\d+\s*[.):]\s.*/gi);
export const noConsole = inCode('the console', /(?<![.\w$])console\s*\./g);

/** The packages that have an `exports` entry are libraries; inside a service a barrel hides who uses what. */
export const noBarrelInService: CodeRule = ({ path }) =>
  /^apps\/[^/]+-service\/src\/(?:.*\/)?index\.ts$/.test(path) ? [`${path}: a barrel in a service`] : [];

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)*\.tsx?$/;

export const kebabCase: CodeRule = ({ path }) => (KEBAB.test(fileName(path)) ? [] : [`${path}: is not named kebab-case.kind.ts`]);

/** In these folders of a service every file is of one kind, so that a reader of the guide finds it by its name. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\/src\/domain\/events\//, 'event'],
  [/\/src\/domain\/errors\//, 'errors'],
  [/\/src\/application\/use-cases\//, 'usecase'],
  [/\/src\/application\/event-handlers\//, 'handler'],
  [/\/src\/application\/projections\//, 'projection'],
  [/\/src\/application\/read-models\//, 'read-model'],
  [/\/src\/application\/sagas\//, 'saga'],
  [/\/src\/application\/commands\//, '(?:command|handler)'],
  [/\/src\/infrastructure\/event-consumers\//, 'consumer'],
];

export const kindOfItsFolder: CodeRule = ({ path }) =>
  KINDS.flatMap(([folder, kind]) =>
    folder.test(path) && !new RegExp(`\\.${kind}(\\.spec)?\\.ts$`).test(path)
      ? [`${path}: its folder holds files of the kind ${kind}`]
      : [],
  );

const CLOCKS_AND_CHANCE =
  /\bnew\s+Date\(\s*\)|\bDate\.now\b|\bTemporal\.Now\b|\bperformance\.now\b|\bMath\.random\b|(?<![.\w$])crypto\s*\.|(?<![.\w$])process\s*\./g;

/** Import rules cannot see what is global. */
export const domainTakesTimeAndChance: CodeRule = (file) =>
  /^apps\/[^/]+\/src\/domain\/|^libs\/shared-kernel\/src\/domain\//.test(file.path)
    ? inCode('a clock or chance of its own', CLOCKS_AND_CHANCE)(file)
    : [];

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
