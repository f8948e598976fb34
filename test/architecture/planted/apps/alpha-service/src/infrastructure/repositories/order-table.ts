import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';

@Injectable()
export class OrderTable {
  readonly #pool = new Pool();
  add(orderId: string): void {
    void this.#pool.query('insert into orders values ($1)', [createHash('sha256').update(orderId).digest()]);
  }
}
