import { describe, expect, test } from 'vitest';
import { windowsFrom, windowsOn, type Availability } from './availability.vo.ts';

const NEW_YORK = 'America/New_York';
const everyDay = (from: string, to: string): Availability => ({
  weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from, to })),
  exceptions: [],
});

describe('availability across clock changes', () => {
  test.each([
    ['before the autumn change', '2026-10-26', '09:00', '10:00', '2026-10-26T13:00:00.000Z', '2026-10-26T14:00:00.000Z'],
    ['after the autumn change', '2026-11-02', '09:00', '10:00', '2026-11-02T14:00:00.000Z', '2026-11-02T15:00:00.000Z'],
    [
      '02:30 that the spring change skips',
      '2027-03-14',
      '02:30',
      '04:00',
      '2027-03-14T07:30:00.000Z',
      '2027-03-14T08:00:00.000Z',
    ],
    [
      '01:30 that the autumn change repeats',
      '2026-11-01',
      '01:30',
      '03:00',
      '2026-11-01T05:30:00.000Z',
      '2026-11-01T08:00:00.000Z',
    ],
    ['a window until midnight', '2026-10-26', '22:00', '24:00', '2026-10-27T02:00:00.000Z', '2026-10-27T04:00:00.000Z'],
  ])('%s', (_title, date, from, to, start, end) => {
    expect(windowsOn(date, NEW_YORK, everyDay(from, to))).toEqual([{ from: start, to: end }]);
  });

  test('a window to which the change leaves no length is left out', () => {
    expect(windowsOn('2027-03-15', NEW_YORK, everyDay('02:00', '03:00'))).toHaveLength(1);
    expect(windowsOn('2027-03-14', NEW_YORK, everyDay('02:00', '03:00'))).toEqual([]);
  });
});

describe('exceptions', () => {
  const availability: Availability = {
    ...everyDay('09:00', '10:00'),
    exceptions: [
      { date: '2026-12-24', closed: true },
      { date: '2026-12-26', slots: [{ from: '15:00', to: '16:00' }] },
    ],
  };

  test('take the place of the weekly windows of their date', () => {
    expect(windowsOn('2026-12-23', 'UTC', availability)).toEqual([
      { from: '2026-12-23T09:00:00.000Z', to: '2026-12-23T10:00:00.000Z' },
    ]);
    expect(windowsOn('2026-12-24', 'UTC', availability)).toEqual([]);
    expect(windowsOn('2026-12-26', 'UTC', availability)).toEqual([
      { from: '2026-12-26T15:00:00.000Z', to: '2026-12-26T16:00:00.000Z' },
    ]);
  });

  test('the days that are listed begin with today in the tutor’s zone', () => {
    const lateInUtc = new Date('2026-10-25T23:30:00.000Z');
    const [first] = windowsFrom(lateInUtc, 7, 'Asia/Tokyo', everyDay('09:00', '10:00'));
    expect(first).toEqual({ from: '2026-10-26T00:00:00.000Z', to: '2026-10-26T01:00:00.000Z' });
    expect(windowsFrom(lateInUtc, 7, 'Asia/Tokyo', everyDay('09:00', '10:00'))).toHaveLength(7);
  });
});
