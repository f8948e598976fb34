import { expect, test } from 'vitest';
import { reachesNoShowLimit } from './no-show-limit.ts';

const on = (...days: string[]): Date[] => days.map((day) => new Date(`${day}T10:00:00.000Z`));

test('three missed lessons within 90 days are too many, in whatever order they became known', () => {
  expect(reachesNoShowLimit(on('2026-03-01', '2026-01-01', '2026-04-01'))).toBe(true);
  expect(reachesNoShowLimit(on('2025-01-01', '2026-04-01', '2026-01-01', '2026-03-01'))).toBe(true);
});

test('fewer, or three over a longer time, are not', () => {
  expect(reachesNoShowLimit(on('2026-01-01', '2026-01-02'))).toBe(false);
  expect(reachesNoShowLimit(on('2026-01-01', '2026-02-01', '2026-04-02'))).toBe(false);
});
