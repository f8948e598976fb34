import { hash } from 'node:crypto';
import { InvalidCursor } from '@edtech/shared-kernel/domain';
import { z } from 'zod';
import type { Page } from '../../application/interfaces/payment-list.interface.ts';

/**
 * Where a page of a list ended, as an opaque text that is good for this list with this filter only. It says where to go on and never what may
 * be seen, so it needs no signature.
 */
export class PageCursor<Place extends readonly unknown[]> {
  readonly #schema: z.ZodType<readonly [string, Place]>;
  readonly #filter: string;

  constructor(place: z.ZodType<Place>, filter: readonly unknown[]) {
    this.#schema = z.tuple([z.string(), place]);
    this.#filter = hash('sha256', JSON.stringify(filter), 'base64url').slice(0, 16);
  }

  write(place: Place): string {
    return Buffer.from(JSON.stringify([this.#filter, place])).toString('base64url');
  }

  /** Throws InvalidCursor. */
  read(cursor: string): Place {
    const parsed = this.#schema.safeParse(jsonOrNothing(Buffer.from(cursor, 'base64url').toString()));
    if (!parsed.success || parsed.data[0] !== this.#filter) throw new InvalidCursor();
    return parsed.data[1];
  }

  /** Of `limit` items and perhaps one more, which only says that there is a next page. */
  pageOf<T>(rows: readonly T[], limit: number, placeOf: (row: T) => Place): Page<T> {
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? this.write(placeOf(last)) : null };
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
