import fc from 'fast-check';
import { describe, test } from 'vitest';
import { compileValueTest } from './value-test.ts';

describe('for any value', () => {
  test('a wildcard agrees with the regular expression it stands for', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 }).filter((text) => !text.includes('**'));
    const value = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pattern, value, (wildcard, text) => {
        const expected = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(text);
        return compileValueTest({ wildcard })(text) === expected;
      }),
      { numRuns: 2000 },
    );
  });

  test('an escaped text is a wildcard for itself alone', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '*', '\\', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (one, other) => {
        const wildcard = one.replaceAll('\\', '\\\\').replaceAll('*', '\\*');
        const matches = compileValueTest({ wildcard });
        return matches(one) && matches(other) === (one === other);
      }),
    );
  });

  test('exactly one of a test and its anything-but holds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'ß'), maxLength: 3 });
    const operand = text.filter((value) => value !== '');
    fc.assert(
      fc.property(
        fc.constantFrom('prefix', 'suffix', 'equals-ignore-case', 'wildcard'),
        operand,
        text,
        (operator, wanted, value) => {
          const plain = compileValueTest({ [operator]: wanted })(value);
          return plain !== compileValueTest({ 'anything-but': { [operator]: wanted } })(value);
        },
      ),
    );
  });

  test('a range holds exactly the addresses that share its bits', () => {
    const nearby = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 31 }));
    fc.assert(
      fc.property(fc.nat(0xffffffff), nearby, fc.integer({ min: 1, max: 31 }), (network, [difference, shift], mask) => {
        const address = (network ^ (difference >>> shift)) >>> 0;
        const dotted = (ip: number) => [24, 16, 8, 0].map((bits) => (ip >>> bits) & 255).join('.');
        const inside = network >>> (32 - mask) === address >>> (32 - mask);
        return compileValueTest({ cidr: `${dotted(network)}/${mask}` })(dotted(address)) === inside;
      }),
    );
  });
});
