import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidCursor } from '../../domain/domain.error.ts';

/** A place in a list as an opaque, signed text. It is good for the list with the same filters only. */
export class ListCursor {
  constructor(private readonly key: string) {}

  write(seq: string, filters: readonly unknown[]): string {
    return `${Buffer.from(seq).toString('base64url')}.${this.#signature(seq, filters)}`;
  }

  /** Throws InvalidCursor. */
  read(cursor: string, filters: readonly unknown[]): string {
    const [place = '', signature = ''] = cursor.split('.');
    const seq = Buffer.from(place, 'base64url').toString();
    const expected = Buffer.from(this.#signature(seq, filters));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new InvalidCursor();
    return seq;
  }

  #signature(seq: string, filters: readonly unknown[]): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([seq, ...filters]))
      .digest('base64url');
  }
}
