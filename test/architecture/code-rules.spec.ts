import { describe, expect, test } from 'vitest';
import * as rules from './code-rules.ts';
import type { CodeRule } from './code-rules.ts';
import { readProductionSources, readSources } from './source-tree.ts';
import { codeOf, commentsOf, withoutComments } from './source-text.ts';

const SERVICE = 'apps/user-service/src';

interface Case {
  readonly rule: CodeRule;
  readonly sound: readonly string[];
  readonly planted: readonly string[];
  /** Where sound and planted text stands, or, for rules about names, nothing: then they are paths. */
  readonly at?: string;
}

const cases: Readonly<Record<string, Case>> = {
  'no any': {
    rule: rules.noAny,
    at: `${SERVICE}/x.ts`,
    sound: ["order: 'any' | 'all'; // any order", 'z.any()', 'await Promise.any(all)', 'const company = many;'],
    planted: ['let x: any;', 'const x = y as any;', 'const x: any[] = [];', 'function f(a: Map<string, any>): void {}'],
  },
  'no cast over unknown': {
    rule: rules.noDoubleCast,
    at: `${SERVICE}/x.ts`,
    sound: ['const x = y as unknown;', "throw new Error('as unknown as');"],
    planted: ['const x = y as unknown as User;', 'const x = y as\n  unknown\n  as User;'],
  },
  'no silenced compiler': {
    rule: rules.noSilencedCompiler,
    at: `${SERVICE}/x.ts`,
    sound: ["const said = '@ts-ignore';", '// the compiler checks this'],
    planted: ['// @ts-ignore', '/* @ts-expect-error later */'],
  },
  'no open ends': {
    rule: rules.noOpenEnds,
    at: `${SERVICE}/x.ts`,
    sound: ["const state = 'TODO';", '// todos of the tutor'],
    planted: ['// TODO: check', '/** FIXME */'],
  },
  'no numbered steps': {
    rule: rules.noNumberedSteps,
    at: `${SERVICE}/x.ts`,
    sound: ['// 10 entries are the most a call takes', '// RFC 9457. Read it', 'f(); // 1.5 s is enough'],
    planted: ['// 1. Load the user', '  // Step 2: save', '//3) publish'],
  },
  'no console': {
    rule: rules.noConsole,
    at: `${SERVICE}/x.ts`,
    sound: ["const said = 'console.log';", '// the console shows it', 'this.console.open()'],
    planted: ["console.log('x')", "console\n  .error('x')"],
  },
  'no barrels in services': {
    rule: rules.noBarrelInService,
    sound: ['libs/contracts/src/index.ts', 'apps/platform/src/index.ts', `${SERVICE}/user-index.ts`],
    planted: [`${SERVICE}/index.ts`, `${SERVICE}/domain/events/index.ts`],
  },
  'files are kebab-case': {
    rule: rules.kebabCase,
    sound: [`${SERVICE}/domain/events/user-created.event.ts`, 'libs/shared-kernel/src/application/clock.ts'],
    planted: [`${SERVICE}/UserCreated.event.ts`, `${SERVICE}/user_created.ts`, `${SERVICE}/user..ts`],
  },
  'a file is of the kind of its folder': {
    rule: rules.kindOfItsFolder,
    sound: [
      `${SERVICE}/application/use-cases/create-user.usecase.ts`,
      `${SERVICE}/application/use-cases/create-user.usecase.spec.ts`,
    ],
    planted: [`${SERVICE}/application/use-cases/create-user.ts`, `${SERVICE}/domain/events/user-created.ts`],
  },
  'the domain takes time and chance as arguments': {
    rule: rules.domainTakesTimeAndChance,
    at: `${SERVICE}/domain/entities/user.entity.ts`,
    sound: ['new Date(0)', 'new Date(at)', '// Date.now() is refused', 'this.process.name'],
    planted: ['new Date()', 'Date.now()', 'crypto.randomUUID()', 'Math.random()', "process.env['X']", 'Temporal.Now.instant()'],
  },
};

describe.each(Object.entries(cases))('%s', (_name, { rule, sound, planted, at }) => {
  const hits = (example: string): readonly string[] =>
    rule(at === undefined ? { path: example, text: '' } : { path: at, text: example });

  test.each(sound)('sound: %s', (example) => expect(hits(example)).toEqual([]));
  test.each(planted)('planted: %s', (example) => expect(hits(example)).toHaveLength(1));
  test('holds in the tree', () => {
    const sources = readProductionSources();
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.flatMap(rule)).toEqual([]);
  });
});

describe('code and comments are told apart', () => {
  const text = ["const url = 'http://x/*'; // a 'quote'", 'const r = /["\'`]\\/*/g; /* b */', 'const t = `// ${c}`;'].join('\n');

  test('a comment sign in a string or regular expression starts no comment', () => {
    expect(commentsOf(text)).toEqual(["// a 'quote'", '/* b */']);
    expect(withoutComments(text)).toContain("'http://x/*'");
    expect(codeOf(text)).toBe(["const url = '';  ", 'const r = //;  ', 'const t = ``;'].join('\n'));
  });

  test('sources that match nothing are an error, not a pass', () => {
    expect(readSources('libs/contracts/src/index.ts')).toHaveLength(1);
    expect(() => readSources('libs/no-such-library/**/*.ts')).toThrow(/no file matches libs\/no-such-library/);
  });
});
