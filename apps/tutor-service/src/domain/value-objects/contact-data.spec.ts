import { describe, expect, test } from 'vitest';
import { containsContactData } from './contact-data.ts';

describe('contact data', () => {
  test.each([
    'write to ada@example.org',
    'ada (at) example.org',
    'see https://ada.example/me',
    'my site is www.ada.example',
    'find me on tutoring.com',
    'call +49 151 234 567 89',
    'phone: (212) 555-0187',
    '0151/2345678',
  ])('is found in "%s"', (text) => expect(containsContactData(text)).toBe(true));

  test.each([
    'I have taught algebra since 2009, from primary school to university.',
    'Teacher in Hamburg 2009-2019, then 2020 – 2024 in Oslo.',
    'I charge 45.00 an hour, 3 x 60 minutes, and I know Node.js well.',
    'Lessons from 09:00 to 12:00, e.g. on Mondays.',
    '',
  ])('is not found in "%s"', (text) => expect(containsContactData(text)).toBe(false));
});
