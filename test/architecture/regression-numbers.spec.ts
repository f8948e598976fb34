import { describe, expect, test } from 'vitest';
import { readSources } from './source-tree.ts';
import { withoutComments } from './source-text.ts';

const range = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => `G${first + index}`);

/** Corrections to the guide: each has a test whose title starts with its number. */
const REQUIRED = [...range(1, 31), ...range(33, 37), ...range(39, 43), ...range(46, 54)];

/** Erasure, read models across services and temporal queries over HTTP: they come with payment-service and matching-service. */
const PLANNED = ['G32', 'G38', 'G44', 'G45', 'G55'];

/** `test('G7 …'`, also with several numbers (`G24 G25 …`) and `.each(…)`. A skipped test guards nothing. */
const TITLE =
  /(?<![.\w])(?:test|it|describe)(?!\.(?:skip|todo))(?:\.\w+)*(?:\((?:[^()]|\([^()]*\))*\))?\(\s*['"`](G\d+(?:(?:,? |\/)G\d+)*)\b/g;

function numbersIn(text: string): string[] {
  return [...withoutComments(text).matchAll(TITLE)].flatMap(([, numbers = '']) => numbers.match(/G\d+/g) ?? []);
}

describe('the numbers of a spec', () => {
  test.each([
    ["test('G12 a page', () => {})", ['G12']],
    ["describe('G7 G8 events are not lost', () => {})", ['G7', 'G8']],
    ['it(`G3 one status`, () => {})', ['G3']],
    ["test.each([[1, f(2)]])('G31 keys %s', () => {})", ['G31']],
    ["test(\n  'G40 a lost reply', () => {})", ['G40']],
  ])('sound: %s', (text, numbers) => expect(numbersIn(text)).toEqual(numbers));

  test.each([
    "// test('G12 later'",
    "test('pages, see G12', () => {})",
    "test.skip('G12 a page')",
    "test.todo('G12 a page')",
    "latest('G12 a page')",
  ])('planted: %s', (text) => expect(numbersIn(text)).toEqual([]));
});

test('every correction is either tested or planned', () => {
  expect([...REQUIRED, ...PLANNED].toSorted()).toEqual(range(1, 55).toSorted());
});

test('every number that is not planned has a test of its own', () => {
  const tested = new Set(
    readSources('{libs,apps}/*/{src,test}/**/*.{spec,contract}.ts', 'test/**/*.spec.ts').flatMap(({ text }) => numbersIn(text)),
  );
  expect(tested.size).toBeGreaterThan(5);
  expect(REQUIRED.filter((number) => !tested.has(number))).toEqual([]);
});
