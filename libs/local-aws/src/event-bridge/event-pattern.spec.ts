import { describe, expect, test } from 'vitest';
import { EventFields } from './event-fields.ts';
import { compileEventPattern } from './event-pattern.ts';

type Json = Record<string, unknown>;

function matches(pattern: Json, event: Json): boolean {
  return compileEventPattern(JSON.stringify(pattern)).matches(new EventFields(event));
}

/** One leaf `x` against its accepted and its refused events. */
interface LeafRule {
  readonly leaf: readonly unknown[];
  readonly accepts: readonly unknown[];
  readonly refuses: readonly unknown[];
}

const ABSENT = Symbol('absent');
const withX = (value: unknown): Json => (value === ABSENT ? {} : { x: value });
const show = (value: unknown): string => (value === ABSENT ? 'no field' : JSON.stringify(value));

const leafRules: LeafRule[] = [
  {
    leaf: ['a'],
    accepts: ['a', ['a'], ['b', 'a'], [['b', ['a']]]],
    refuses: ['A', 'aa', '', null, ABSENT, {}, [], { a: 'a' }, 1],
  },
  { leaf: ['a', 'b'], accepts: ['a', 'b', ['c', 'b']], refuses: ['c', 'ab', ['c']] },
  { leaf: [''], accepts: [''], refuses: [null, ABSENT, ' ', 0, false] },
  { leaf: [5], accepts: [5, 5.0, [1, 5]], refuses: ['5', 50, true, null, ABSENT] },
  { leaf: [300], accepts: [300, 3e2], refuses: [300.1, '300'] },
  { leaf: [0], accepts: [0, -0], refuses: ['0', false, null] },
  { leaf: [-1.5], accepts: [-1.5], refuses: [1.5, '-1.5'] },
  { leaf: [123_456_789_012], accepts: [123_456_789_012], refuses: ['123456789012', 123_456_789_013] },
  { leaf: [true], accepts: [true, [false, true]], refuses: [false, 'true', 1, null] },
  { leaf: [false], accepts: [false], refuses: [true, 'false', 0, null, ABSENT] },
  { leaf: [null], accepts: [null, ['a', null]], refuses: ['', 'null', 0, ABSENT, [], {}] },
  { leaf: ['a', 5, null], accepts: ['a', 5, null], refuses: ['5', ABSENT] },

  { leaf: [{ prefix: 'ab' }], accepts: ['ab', 'abc', ['x', 'abx']], refuses: ['Ab', 'xab', 'a', 5, null, ABSENT] },
  { leaf: [{ prefix: '' }], accepts: ['', 'anything'], refuses: [5, null, ABSENT] },
  { leaf: [{ prefix: { 'equals-ignore-case': 'aB' } }], accepts: ['ab', 'ABc'], refuses: ['xab', 'a', 5] },
  { leaf: [{ suffix: '.png' }], accepts: ['.png', 'a.png'], refuses: ['a.PNG', '.pngx', 5, null] },
  { leaf: [{ suffix: { 'equals-ignore-case': '.Png' } }], accepts: ['a.png', 'a.PNG'], refuses: ['a.pngx', 'png'] },
  {
    leaf: [{ 'equals-ignore-case': 'Alice' }],
    accepts: ['alice', 'ALICE', ['bob', 'aLiCe']],
    refuses: ['alic', 'alicee', 5, null],
  },

  { leaf: [{ wildcard: '*' }], accepts: ['', 'a', 'abc'], refuses: [5, null, true, ABSENT] },
  { leaf: [{ wildcard: 'a*' }], accepts: ['a', 'ab', 'a*'], refuses: ['', 'ba'] },
  { leaf: [{ wildcard: '*a' }], accepts: ['a', 'ba', 'aba'], refuses: ['ab'] },
  { leaf: [{ wildcard: 'a*b' }], accepts: ['ab', 'axb', 'abab'], refuses: ['a', 'b', 'aba', 'xab'] },
  { leaf: [{ wildcard: 'a*a' }], accepts: ['aa', 'axa'], refuses: ['a'] },
  { leaf: [{ wildcard: '*ab*ba*' }], accepts: ['abba', 'xabyybaz'], refuses: ['aba', 'baab'] },
  { leaf: [{ wildcard: 'a*b*c' }], accepts: ['abc', 'a.b.c', 'abcbc'], refuses: ['acb', 'ab', 'ac'] },
  { leaf: [{ wildcard: 'a\\*b' }], accepts: ['a*b'], refuses: ['axb', 'a\\*b', 'ab'] },
  { leaf: [{ wildcard: 'a\\\\*' }], accepts: ['a\\', 'a\\b'], refuses: ['a*', 'ab'] },
  { leaf: [{ wildcard: 'dir/*/file?' }], accepts: ['dir/x/file?'], refuses: ['dir/x/file1'] },
  { leaf: [{ wildcard: 'a.c' }], accepts: ['a.c'], refuses: ['abc'] },

  { leaf: [{ numeric: ['=', 5] }], accepts: [5, 5.0], refuses: ['5', 5.1, null, ABSENT] },
  { leaf: [{ numeric: ['<', 5] }], accepts: [4.999, -1e9], refuses: [5, 6, '4'] },
  { leaf: [{ numeric: ['<=', 5] }], accepts: [5, 4], refuses: [5.0001] },
  { leaf: [{ numeric: ['>', 5] }], accepts: [5.0001, 5e9], refuses: [5, 4, 5_000_000_001] },
  { leaf: [{ numeric: ['>=', 5] }], accepts: [5, [1, 9]], refuses: [4.9, [1, 2]] },
  { leaf: [{ numeric: ['>', 0, '<=', 5] }], accepts: [0.1, 5], refuses: [0, 5.1, '3'] },
  { leaf: [{ numeric: ['>=', -5e9, '<', 5e9] }], accepts: [-5e9, 0], refuses: [5e9] },

  {
    leaf: [{ cidr: '10.0.0.0/24' }],
    accepts: ['10.0.0.0', '10.0.0.255'],
    refuses: ['10.0.1.0', '10.0.0.256', 'host', 10, '::1'],
  },
  { leaf: [{ cidr: '10.0.0.77/24' }], accepts: ['10.0.0.1'], refuses: ['10.0.1.1'] },
  { leaf: [{ cidr: '0.0.0.0/0' }], accepts: ['1.2.3.4', '255.255.255.255'], refuses: ['::', 'a'] },
  { leaf: [{ cidr: '192.168.1.8/30' }], accepts: ['192.168.1.11'], refuses: ['192.168.1.12', '192.168.1.7'] },
  { leaf: [{ cidr: '2001:db8::/32' }], accepts: ['2001:db8::1', '2001:0DB8:0:0::ff'], refuses: ['2001:db9::', '10.0.0.1'] },
  {
    leaf: [{ cidr: '::ffff:10.0.0.0/120' }],
    accepts: ['::ffff:10.0.0.9', '::ffff:a00:9'],
    refuses: ['::ffff:10.0.1.9', '10.0.0.9'],
  },
  { leaf: ['::1'], accepts: ['::1', '0:0:0:0:0:0:0:1'], refuses: ['::2', '::1/128'] },
  { leaf: ['10.0.0.1'], accepts: ['10.0.0.1'], refuses: ['10.0.0.01'] },

  { leaf: [{ exists: true }], accepts: ['a', '', 0, false, null, ['a']], refuses: [ABSENT, {}, [], [[]], { y: 1 }] },
  { leaf: [{ exists: false }], accepts: [ABSENT, {}, [], { y: 1 }], refuses: ['a', '', 0, false, null, ['a']] },
  { leaf: ['q', { exists: false }], accepts: ['q', ABSENT, []], refuses: ['r', null] },
  { leaf: [{ exists: true }, { exists: false }], accepts: ['a', ABSENT], refuses: [] },

  { leaf: [{ 'anything-but': 'a' }], accepts: ['b', '', 5, null, true, ['a', 'b']], refuses: ['a', ['a', 'a'], ABSENT, [], {}] },
  { leaf: [{ 'anything-but': 5 }], accepts: [4, '5', null], refuses: [5, 5.0, ABSENT] },
  { leaf: [{ 'anything-but': ['a', 'b'] }], accepts: ['c', 5, ['a', 'c']], refuses: ['a', 'b', ['a', 'b']] },
  { leaf: [{ 'anything-but': [1, 2] }], accepts: [3, '1'], refuses: [1, 2, [1, 2], ABSENT] },
  { leaf: [{ 'anything-but': { prefix: 'ab' } }], accepts: ['xab', 'a', 5, null], refuses: ['ab', 'abc', ABSENT] },
  { leaf: [{ 'anything-but': { prefix: ['a', 'b'] } }], accepts: ['c'], refuses: ['ax', 'bx'] },
  { leaf: [{ 'anything-but': { suffix: '.tmp' } }], accepts: ['a.txt', 5], refuses: ['a.tmp', ABSENT] },
  { leaf: [{ 'anything-but': { suffix: ['.tmp', '.bak'] } }], accepts: ['a.txt'], refuses: ['a.bak', 'b.tmp'] },
  { leaf: [{ 'anything-but': { 'equals-ignore-case': 'no' } }], accepts: ['yes', 5], refuses: ['NO', 'no', ABSENT] },
  { leaf: [{ 'anything-but': { 'equals-ignore-case': ['no', 'never'] } }], accepts: ['yes'], refuses: ['NO', 'Never'] },
  { leaf: [{ 'anything-but': { wildcard: '*/lib/*' } }], accepts: ['/usr/bin', 5], refuses: ['/usr/lib/a', ABSENT] },
  { leaf: [{ 'anything-but': { wildcard: ['a*', '*z'] } }], accepts: ['b'], refuses: ['ab', 'bz'] },
  { leaf: ['a', { prefix: 'b' }, { numeric: ['>', 9] }], accepts: ['a', 'bc', 10], refuses: ['ab', 9] },
];

describe('a leaf', () => {
  for (const { leaf, accepts, refuses } of leafRules) {
    test.each(accepts.map((value) => [show(value), value]))(`${JSON.stringify(leaf)} accepts %s`, (_shown, value) => {
      expect(matches({ x: leaf }, withX(value))).toBe(true);
    });
    test.each(refuses.map((value) => [show(value), value]))(`${JSON.stringify(leaf)} refuses %s`, (_shown, value) => {
      expect(matches({ x: leaf }, withX(value))).toBe(false);
    });
  }
});

interface WholeRule {
  readonly rule: string;
  readonly pattern: Json;
  readonly accepts: readonly Json[];
  readonly refuses: readonly Json[];
}

const wholeRules: WholeRule[] = [
  {
    rule: 'all fields must hold',
    pattern: { source: ['s'], detail: { a: [1], b: { c: ['x'] } } },
    accepts: [{ source: 's', detail: { a: 1, b: { c: 'x' }, extra: 1 } }],
    refuses: [{ source: 's', detail: { a: 1 } }, { source: 't', detail: { a: 1, b: { c: 'x' } } }, { source: 's' }],
  },
  {
    rule: 'a dot in a name is a path',
    pattern: { 'a.b': ['x'] },
    accepts: [{ a: { b: 'x' } }, { 'a.b': 'x' }],
    refuses: [{ a: 'x' }, { b: 'x' }],
  },
  {
    rule: 'names of object prototypes are ordinary names',
    pattern: { constructor: [{ exists: true }] },
    accepts: [{ constructor: 'x' }],
    refuses: [{}],
  },
  {
    rule: 'two fields must come from the same array element',
    pattern: { list: { a: [1], b: [2] } },
    accepts: [{ list: [{ a: 1, b: 2 }] }, { list: [{ a: 9 }, { a: 1, b: 2 }] }, { list: { a: 1, b: 2 } }],
    refuses: [
      { list: [{ a: 1 }, { b: 2 }] },
      {
        list: [
          { a: 1, b: 9 },
          { a: 9, b: 2 },
        ],
      },
      { list: [] },
    ],
  },
  {
    rule: 'elements of different arrays combine freely',
    pattern: { l: { a: [1] }, m: { b: [2] } },
    accepts: [{ l: [{ a: 0 }, { a: 1 }], m: [{ b: 2 }, { b: 0 }] }],
    refuses: [{ l: [{ a: 1 }], m: [{ b: 0 }] }],
  },
  {
    rule: 'nested arrays keep the element of every level',
    pattern: { l: { m: { a: [1], b: [2] }, c: [3] } },
    accepts: [
      {
        l: [
          { c: 0, m: [{ a: 1, b: 2 }] },
          { c: 3, m: [{ a: 0 }, { a: 1, b: 2 }] },
        ],
      },
    ],
    refuses: [
      {
        l: [
          { c: 0, m: [{ a: 1, b: 2 }] },
          { c: 3, m: [{ a: 1 }, { b: 2 }] },
        ],
      },
    ],
  },
  {
    rule: 'arrays in arrays are flattened but their elements stay apart',
    pattern: { l: { a: [1], b: [2] } },
    accepts: [{ l: [[{ a: 1, b: 2 }]] }, { l: [[{ a: 0 }], [{ a: 1, b: 2 }]] }],
    refuses: [{ l: [[{ a: 1 }, { b: 2 }]] }, { l: [[{ a: 1 }], [{ b: 2 }]] }],
  },
  {
    rule: 'scalars of one array are not tied to each other across fields',
    pattern: { a: ['x'], b: ['y'] },
    accepts: [{ a: ['w', 'x'], b: ['y', 'z'] }],
    refuses: [{ a: ['w', 'x'], b: ['z'] }],
  },
  {
    rule: 'a scalar of an array is not tied to an object of the same array',
    pattern: { l: ['tag'], 'l.a': [1] },
    accepts: [{ l: ['tag', { a: 1 }] }],
    refuses: [{ l: ['tag', { a: 2 }] }],
  },
  {
    rule: 'a first candidate that fails later does not hide a second',
    pattern: { l: { a: [1], z: ['end'] } },
    accepts: [
      {
        l: [
          { a: 1, z: 'no' },
          { a: 1, z: 'end' },
        ],
      },
    ],
    refuses: [
      {
        l: [
          { a: 1, z: 'no' },
          { a: 2, z: 'end' },
        ],
      },
    ],
  },
  {
    rule: 'absence is judged in the chosen array element, for fields that sort later',
    pattern: { l: { a: [1], b: [{ exists: false }] } },
    accepts: [{ l: [{ a: 1 }, { b: 2 }] }, { l: [{ a: 1 }] }],
    refuses: [{ l: [{ a: 1, b: 2 }] }, { l: [{ b: 2 }] }],
  },
  {
    rule: 'absence is judged in the order of the names, not of the pattern',
    pattern: { l: { b: [{ exists: false }], a: [1] } },
    accepts: [{ l: [{ a: 1 }, { b: 2 }] }],
    refuses: [{ l: [{ a: 1, b: 2 }] }],
  },
  {
    rule: 'absence is judged in all array elements, for fields that sort first',
    pattern: { l: { a: [{ exists: false }], b: [1] } },
    accepts: [{ l: [{ b: 1 }] }],
    refuses: [{ l: [{ b: 1 }, { a: 2 }] }],
  },
  {
    rule: '$or needs one branch beside the other fields',
    pattern: { source: ['s'], $or: [{ a: [1] }, { b: [2] }] },
    accepts: [
      { source: 's', a: 1 },
      { source: 's', b: 2 },
      { source: 's', a: 1, b: 2 },
    ],
    refuses: [{ source: 's' }, { a: 1 }, { source: 's', a: 2, b: 1 }],
  },
  {
    rule: '$or inside an object applies to its fields',
    pattern: { detail: { $or: [{ a: [1] }, { b: { c: [2] } }] } },
    accepts: [{ detail: { a: 1 } }, { detail: { b: { c: 2 } } }],
    refuses: [{ a: 1 }, { detail: { c: 2 } }],
  },
  {
    rule: 'two $or multiply',
    pattern: { $or: [{ a: [1] }, { b: [1] }], d: { $or: [{ a: [1] }, { b: [1] }] } },
    accepts: [
      { a: 1, d: { b: 1 } },
      { b: 1, d: { a: 1 } },
    ],
    refuses: [{ a: 1 }, { d: { a: 1 } }, { a: 1, d: {} }],
  },
  {
    rule: '$or nests',
    pattern: { $or: [{ a: [1] }, { b: [1], $or: [{ c: [1] }, { d: [1] }] }] },
    accepts: [{ a: 1 }, { b: 1, c: 1 }, { b: 1, d: 1 }],
    refuses: [{ b: 1 }, { c: 1 }],
  },
  {
    rule: 'a field inside $or replaces the same field before it',
    pattern: { a: [1], $or: [{ a: [2] }, { b: [3] }] },
    accepts: [{ a: 2 }, { a: 1, b: 3 }],
    refuses: [{ a: 1 }, { a: 9, b: 3 }],
  },
  {
    rule: 'a field after $or replaces the same field inside it',
    pattern: { $or: [{ a: [2] }, { b: [3] }], a: [1] },
    accepts: [{ a: 1 }, { a: 1, b: 9 }],
    refuses: [{ a: 2 }],
  },
  {
    rule: '$or that is no array of objects is a field of that name',
    pattern: { $or: { a: [1] } },
    accepts: [{ $or: { a: 1 } }],
    refuses: [{ a: 1 }],
  },
  {
    rule: '$or with values is a leaf of that name',
    pattern: { $or: ['x', 'y'] },
    accepts: [{ $or: 'y' }],
    refuses: [{ x: 1 }],
  },
  {
    rule: '$or with operators inside is a leaf of that name',
    pattern: { $or: [{ prefix: 'a' }, { numeric: ['>', 5] }] },
    accepts: [{ $or: 'ab' }, { $or: 6 }],
    refuses: [{ $or: 'b' }, { prefix: 'a' }],
  },
];

describe('a pattern', () => {
  for (const { rule, pattern, accepts, refuses } of wholeRules) {
    test.each(accepts.map((event) => [JSON.stringify(event), event]))(`${rule}: accepts %s`, (_shown, event) => {
      expect(matches(pattern, event)).toBe(true);
    });
    test.each(refuses.map((event) => [JSON.stringify(event), event]))(`${rule}: refuses %s`, (_shown, event) => {
      expect(matches(pattern, event)).toBe(false);
    });
  }

  test('names the sources and detail types it is limited to, over all $or branches', () => {
    const limited = compileEventPattern('{"$or":[{"source":["a"],"x":[1]},{"source":["b","c"]}],"detail-type":["t"]}');
    expect([...(limited.sources ?? [])]).toEqual(['a', 'b', 'c']);
    expect([...(limited.detailTypes ?? [])]).toEqual(['t']);
    expect(compileEventPattern('{"$or":[{"source":["a"]},{"x":[1]}]}').sources).toBeUndefined();
    expect(compileEventPattern('{"source":["a",{"prefix":"b"}]}').sources).toBeUndefined();
    expect(compileEventPattern('{"source":["a",{"exists":false}]}').sources).toBeUndefined();
  });
});
