import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeBlocks, region } from './markdown.ts';
import { repository } from './source-tree.ts';

type Read = (path: string) => string | undefined;

/** What is wrong with the TypeScript blocks of one manual; empty when each is the named region of a spec. */
function problems(manual: string, markdown: string, read: Read): string[] {
  return codeBlocks(markdown).flatMap(({ region: reference, line, code }) => {
    const at = `${manual}:${line}`;
    if (reference === undefined) return [`${at}: no <!-- region: path#name --> directly before the block`];
    const [path = '', name = ''] = reference.split('#');
    if (!path.endsWith('.spec.ts')) return [`${at}: ${path} is no spec, so nothing runs the example`];
    const source = read(path);
    if (source === undefined) return [`${at}: there is no ${path}`];
    const text = region(source, name);
    if (text === undefined) return [`${at}: ${path} has no region ${name}`];
    return text === code ? [] : [`${at}: differs from ${reference}; copy the region`];
  });
}

describe('a code block of a manual', () => {
  const spec = [
    'describe(() => {',
    '  // #region save',
    '  const user = new User();',
    '',
    '  await save(user);',
    '  // #endregion',
    '});',
  ];
  const read: Read = (path) => (path === 'test/x.spec.ts' || path === 'test/x.ts' ? spec.join('\n') : undefined);
  const block = (comment: string, code: string, language = 'ts'): string =>
    `Text\n${comment}\n\`\`\`${language}\n${code}\n\`\`\`\n`;
  const code = 'const user = new User();\n\nawait save(user);';

  test.each([
    ['the region of a spec', block('<!-- region: test/x.spec.ts#save -->', code)],
    ['another language', block('', 'npm start', 'sh')],
    ['TypeScript shown inside another block', block('', '~~~ts\nconst x = 1;\n~~~', 'md')],
  ])('sound: %s', (_case, markdown) => expect(problems('README.md', markdown, read)).toEqual([]));

  test.each([
    ['no reference', block('', code), /no <!-- region/],
    ['a reference two lines above', block('<!-- region: test/x.spec.ts#save -->\n', code), /no <!-- region/],
    [
      'a changed text',
      block('<!-- region: test/x.spec.ts#save -->', code.replace('new User()', 'User.create()')),
      /differs from/,
    ],
    ['an unknown region', block('<!-- region: test/x.spec.ts#load -->', code), /has no region load/],
    ['a lost spec', block('<!-- region: test/y.spec.ts#save -->', code), /there is no test\/y/],
    ['a file that no test runs', block('<!-- region: test/x.ts#save -->', code), /is no spec/],
    ['the long name of the language', block('', code, 'typescript'), /no <!-- region/],
  ])('planted: %s', (_case, markdown, reason) => {
    expect(problems('README.md', markdown, read)).toEqual([expect.stringMatching(reason)]);
  });

  test('that is never closed is an error', () => {
    expect(() => codeBlocks('```ts\nconst x = 1;\n')).toThrow(/line 1 is never closed/);
  });
});

test('every TypeScript block of README and docs is the region of a spec', () => {
  const manuals = globSync(['README.md', 'docs/**/*.md'], { cwd: repository });
  const read: Read = (path) => (existsSync(join(repository, path)) ? readFileSync(join(repository, path), 'utf8') : undefined);
  expect(manuals.length).toBeGreaterThan(1);
  expect(manuals.flatMap((manual) => problems(manual, read(manual) ?? '', read))).toEqual([]);
});
