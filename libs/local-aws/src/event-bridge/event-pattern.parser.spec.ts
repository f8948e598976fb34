import { describe, expect, test } from 'vitest';
import { EventFields } from './event-fields.ts';
import { compileEventPattern } from './event-pattern.ts';
import { InvalidEventPattern } from './invalid-event-pattern.error.ts';

describe('an invalid pattern', () => {
  const invalid: string[] = [
    '',
    'not json',
    '[]',
    '"x"',
    'null',
    '{}',
    '{"a":{}}',
    '{"a":"x"}',
    '{"a":5}',
    '{"a":null}',
    '{"a":[]}',
    '{"a":[[]]}',
    '{"a":[["x"]]}',
    '{"a":[{}]}',
    '{"a":[{"unknown":1}]}',
    '{"a":[{"prefix":"x","suffix":"y"}]}',
    '{"a":[{"prefix":5}]}',
    '{"a":[{"prefix":["x"]}]}',
    '{"a":[{"prefix":{"suffix":"x"}}]}',
    '{"a":[{"prefix":{"equals-ignore-case":5}}]}',
    '{"a":[{"prefix":{}}]}',
    '{"a":[{"suffix":null}]}',
    '{"a":[{"suffix":{"prefix":"x"}}]}',
    '{"a":[{"equals-ignore-case":5}]}',
    '{"a":[{"equals-ignore-case":["x"]}]}',
    '{"a":[{"wildcard":5}]}',
    '{"a":[{"wildcard":"a**b"}]}',
    '{"a":[{"wildcard":"a\\\\nb"}]}',
    '{"a":[{"wildcard":"a\\\\"}]}',
    '{"a":[{"numeric":5}]}',
    '{"a":[{"numeric":[]}]}',
    '{"a":[{"numeric":["="]}]}',
    '{"a":[{"numeric":[5]}]}',
    '{"a":[{"numeric":["=","5"]}]}',
    '{"a":[{"numeric":["!=",5]}]}',
    '{"a":[{"numeric":["constructor",5]}]}',
    '{"a":[{"numeric":["=",5,"<",6]}]}',
    '{"a":[{"numeric":["<",5,">",1]}]}',
    '{"a":[{"numeric":[">",5,">",6]}]}',
    '{"a":[{"numeric":[">",5,"<"]}]}',
    '{"a":[{"numeric":[">",5,"<",5]}]}',
    '{"a":[{"numeric":[">",6,"<",5]}]}',
    '{"a":[{"numeric":[">",1,"<",5,"<",6]}]}',
    '{"a":[{"numeric":["<",5000000001]}]}',
    '{"a":[{"numeric":[">",-5000000001]}]}',
    '{"a":[{"cidr":5}]}',
    '{"a":[{"cidr":"10.0.0.0"}]}',
    '{"a":[{"cidr":"10.0.0.0/"}]}',
    '{"a":[{"cidr":"10.0.0.0/x"}]}',
    '{"a":[{"cidr":"10.0.0.0/-1"}]}',
    '{"a":[{"cidr":"10.0.0.0/32"}]}',
    '{"a":[{"cidr":"10.0.0/24"}]}',
    '{"a":[{"cidr":"10.0.0.0/24/8"}]}',
    '{"a":[{"cidr":"example.org/24"}]}',
    '{"a":[{"cidr":"::1/128"}]}',
    '{"a":[{"exists":"true"}]}',
    '{"a":[{"exists":null}]}',
    '{"a":[{"exists":true,"prefix":"x"}]}',
    '{"a":[{"anything-but":null}]}',
    '{"a":[{"anything-but":true}]}',
    '{"a":[{"anything-but":[]}]}',
    '{"a":[{"anything-but":["x",5]}]}',
    '{"a":[{"anything-but":[null]}]}',
    '{"a":[{"anything-but":[["x"]]}]}',
    '{"a":[{"anything-but":{}}]}',
    '{"a":[{"anything-but":{"prefix":""}}]}',
    '{"a":[{"anything-but":{"suffix":["x",""]}}]}',
    '{"a":[{"anything-but":{"prefix":5}}]}',
    '{"a":[{"anything-but":{"prefix":[]}}]}',
    '{"a":[{"anything-but":{"numeric":["=",5]}}]}',
    '{"a":[{"anything-but":{"prefix":"x","suffix":"y"}}]}',
    '{"a":[{"anything-but":{"wildcard":"a**"}}]}',
    '{"$or":[]}',
    '{"$or":[{"a":[1]}]}',
    '{"$or":[{"a":[1]},{}]}',
    '{"$or":[{"a":[1]},"x"]}',
    '{"$or":[{"prefix":[1]},{"a":[1]}]}',
  ];
  test.each(invalid)('%s is refused', (text) => {
    expect(() => compileEventPattern(text)).toThrow(InvalidEventPattern);
  });

  test('up to 4,096 characters are allowed, not one more', () => {
    const ofLength = (length: number) => `{"a":["${'x'.repeat(length - 10)}"]}`;
    expect(compileEventPattern(ofLength(4096)).matches(new EventFields({ a: 'x'.repeat(4086) }))).toBe(true);
    expect(() => compileEventPattern(ofLength(4097))).toThrow(InvalidEventPattern);
  });

  test('up to 1,000 combinations of $or are allowed, not more', () => {
    const branches = (count: number) => Array.from({ length: count }, (_, index) => ({ [`f${index}`]: [1] }));
    const product = (count: number) => ({ p: { $or: branches(10) }, q: { $or: branches(10) }, r: { $or: branches(count) } });
    const event = new EventFields({ p: { f9: 1 }, q: { f0: 1 }, r: { f9: 1 } });
    expect(compileEventPattern(JSON.stringify(product(10))).matches(event)).toBe(true);
    expect(() => compileEventPattern(JSON.stringify(product(11)))).toThrow(InvalidEventPattern);
  });
});
