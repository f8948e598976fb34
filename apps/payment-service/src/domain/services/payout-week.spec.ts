import { expect, test } from 'vitest';
import { payoutWeekAt } from './payout-week.ts';

const MONDAYS_AT_TWO = { day: 1, hour: 2, timeScale: 1 };
const weekAt = (instant: string) => payoutWeekAt(new Date(instant), MONDAYS_AT_TWO);

test('a week begins to be due on Monday at 02:00 UTC, not before', () => {
  expect(weekAt('2026-11-02T01:59:59.999Z')).toMatchObject({ week: '2026-W44' });
  expect(weekAt('2026-11-02T02:00:00.000Z')).toEqual({
    week: '2026-W45',
    dueAt: new Date('2026-11-02T02:00:00.000Z'),
    nextAt: new Date('2026-11-09T02:00:00.000Z'),
  });
  expect(weekAt('2026-11-09T01:59:59.999Z')).toMatchObject({ week: '2026-W45' });
});

test.each([
  ['2026-01-01T12:00:00.000Z', '2026-W01'],
  ['2024-12-30T02:00:00.000Z', '2025-W01'],
  ['2027-01-03T12:00:00.000Z', '2026-W53'],
  ['2027-01-04T02:00:00.000Z', '2027-W01'],
])('%s is in %s, whatever year it is', (instant, week) => expect(weekAt(instant).week).toBe(week));

test('every week has a name of its own, for 60 years', () => {
  const names = new Set<string>();
  const first = Date.parse('2020-01-06T02:00:00.000Z');
  for (let n = 0; n < 60 * 52; n++) names.add(payoutWeekAt(new Date(first + n * 7 * 86_400_000), MONDAYS_AT_TWO).week);
  expect(names.size).toBe(60 * 52);
});

test('a demo whose hours are seconds pays every 168 seconds', () => {
  const schedule = { ...MONDAYS_AT_TWO, timeScale: 3_600 };
  const one = payoutWeekAt(new Date('2026-11-02T10:00:00.000Z'), schedule);
  expect(one.nextAt.getTime() - one.dueAt.getTime()).toBe(168_000);
  const next = payoutWeekAt(one.nextAt, schedule);
  expect(next).toMatchObject({ dueAt: one.nextAt });
  expect(next.week).not.toBe(one.week);
  for (const { week } of [one, next]) expect(week).toMatch(/^\d{4}-W(?:0[1-9]|[1-4]\d|5[0-3])$/);
});
