import { ListCursor, UnitOfWork } from '@edtech/shared-kernel';
import { Injectable } from '@nestjs/common';
import { listCursorKey } from '../database/schema.ts';

/** Places in lists as opaque, signed texts. One is good for the list with the same filters only. */
@Injectable()
export class ListCursors {
  #cursor: ListCursor | undefined;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async write(seq: string, filters: readonly unknown[]): Promise<string> {
    return (await this.#signed()).write(seq, filters);
  }

  /** Throws InvalidCursor. */
  async read(cursor: string, filters: readonly unknown[]): Promise<string> {
    return (await this.#signed()).read(cursor, filters);
  }

  async #signed(): Promise<ListCursor> {
    if (this.#cursor === undefined) {
      const [row] = await (await this.unitOfWork.reading()).select().from(listCursorKey);
      if (row === undefined) throw new Error('list_cursor_key is empty; restore the row that its migration inserted');
      this.#cursor = new ListCursor(row.key);
    }
    return this.#cursor;
  }
}
