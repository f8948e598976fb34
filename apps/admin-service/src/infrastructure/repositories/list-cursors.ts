import { createHmac, timingSafeEqual } from 'node:crypto';
import { UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { InvalidCursor } from '../../application/interfaces/invalid-cursor.ts';
import { listCursorKey } from '../database/schema.ts';

/** Places in lists as opaque, signed texts. One is good for the list with the same filters only. */
@Injectable()
export class ListCursors {
  #key: string | undefined;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async write(seq: string, filters: readonly unknown[]): Promise<string> {
    return `${Buffer.from(seq).toString('base64url')}.${signature(await this.#ownKey(), seq, filters)}`;
  }

  /** Throws InvalidCursor. */
  async read(cursor: string, filters: readonly unknown[]): Promise<string> {
    const [place = '', signed = ''] = cursor.split('.');
    const seq = Buffer.from(place, 'base64url').toString();
    const expected = Buffer.from(signature(await this.#ownKey(), seq, filters));
    const given = Buffer.from(signed);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new InvalidCursor();
    return seq;
  }

  async #ownKey(): Promise<string> {
    if (this.#key === undefined) {
      const [row] = await (await this.unitOfWork.reading()).select().from(listCursorKey);
      if (row === undefined) throw new Error('list_cursor_key is empty; restore the row that its migration inserted');
      this.#key = row.key;
    }
    return this.#key;
  }
}

function signature(key: string, seq: string, filters: readonly unknown[]): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([seq, ...filters]))
    .digest('base64url');
}
