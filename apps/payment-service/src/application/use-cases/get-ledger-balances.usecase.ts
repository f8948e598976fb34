import { Injectable } from '@nestjs/common';
import { balanceOf, type Account } from '../../domain/ledger/ledger.ts';
import { LedgerBooks, type AccountSums } from '../interfaces/ledger-books.interface.ts';

export interface AccountBalance extends AccountSums {
  /** On the side that the account is meant for. */
  readonly balance: number;
}

@Injectable()
export class GetLedgerBalancesUseCase {
  constructor(private readonly books: LedgerBooks) {}

  async execute(filter: {
    readonly account?: Account | undefined;
    readonly asOf?: Date | undefined;
  }): Promise<{ readonly items: readonly AccountBalance[] }> {
    const sums = await this.books.sums(filter);
    return { items: sums.map((sum) => ({ ...sum, balance: balanceOf(sum.account, sum) })) };
  }
}
