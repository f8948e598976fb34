import { Access } from '@edtech/shared-kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { LedgerBooks, type BookedEntry } from '../application/interfaces/ledger-books.interface.ts';
import type { Page } from '../application/interfaces/payment-list.interface.ts';
import { GetLedgerBalancesUseCase } from '../application/use-cases/get-ledger-balances.usecase.ts';
import * as responses from './queries.responses.ts';
import * as schemas from './queries.schemas.ts';

@Controller('ledger')
export class LedgerController {
  constructor(
    private readonly getBalances: GetLedgerBalancesUseCase,
    private readonly books: LedgerBooks,
  ) {}

  @Get('balances')
  @ApiOkResponse({ standardSchema: responses.LedgerBalances })
  @Access('admin:finance')
  balances(
    @Query({ schema: schemas.BalancesQuery }) filter: z.output<typeof schemas.BalancesQuery>,
  ): ReturnType<GetLedgerBalancesUseCase['execute']> {
    return this.getBalances.execute(filter);
  }

  @Get('entries')
  @ApiOkResponse({ standardSchema: responses.LedgerEntries })
  @Access('admin:finance')
  entries(
    @Query({ schema: schemas.EntriesQuery }) { limit, cursor, ...filter }: z.output<typeof schemas.EntriesQuery>,
  ): Promise<Page<BookedEntry>> {
    return this.books.entries(filter, { limit, cursor });
  }
}
