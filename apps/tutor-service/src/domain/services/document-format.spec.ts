import { expect, test } from 'vitest';
import { mediaTypeOf } from './document-format.ts';

test('a document is what its first bytes say', () => {
  expect(mediaTypeOf(Buffer.from('%PDF-1.7 …'))).toBe('application/pdf');
  expect(mediaTypeOf(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg');
  expect(mediaTypeOf(Buffer.from('89504e470d0a1a0a00', 'hex'))).toBe('image/png');
});

test('everything else is nothing that is taken', () => {
  for (const bytes of [Buffer.from('<html>'), Buffer.from('%PD'), Buffer.from(' %PDF-1.7'), Buffer.alloc(0)]) {
    expect(mediaTypeOf(bytes)).toBeUndefined();
  }
});
