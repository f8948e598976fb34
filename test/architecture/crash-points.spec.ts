import { CRASH_POINTS } from '@edtech/shared-kernel';
import { expect, test } from 'vitest';
import { withoutComments } from './source-text.ts';
import { readProductionSources } from './source-tree.ts';

test('every crash point that the code passes is listed, and every listed one is passed', () => {
  const passed = readProductionSources().flatMap(({ text }) =>
    [...withoutComments(text).matchAll(/(?<![.\w$])crashpoint\('([^']+)'\)/g)].map(([, name = '']) => name),
  );
  expect(passed.length).toBeGreaterThan(0);
  expect([...new Set(passed)].toSorted()).toEqual([...CRASH_POINTS].toSorted());
});
