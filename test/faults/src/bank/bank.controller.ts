import { Access, strictBody, UnitOfWork } from '@edtech/shared-kernel';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Account, type AccountState } from './account.entity.ts';
import { BankRepository } from './bank.repository.ts';
import { Transfer } from './transfer.entity.ts';
import { VaultRepository } from './vaults.ts';

const id = z.string().regex(/^[A-Za-z0-9-]{1,48}$/);
const amount = z.int().min(1).max(1_000_000);
const Opening = strictBody({ accounts: z.array(strictBody({ id, balance: z.int().min(0) })).max(100) });
const Move = strictBody({ moveId: id, from: id, to: id, amount });
const Deposit = strictBody({ depositId: id, amount });
const Wish = strictBody({ transferId: id, from: id, to: id, amount, refuse: z.boolean(), note: z.string().max(200) });

@Controller('bank')
export class BankController {
  constructor(
    private readonly bank: BankRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly vaults: VaultRepository,
  ) {}

  @Post('accounts')
  @Access('student')
  async open(@Body({ schema: Opening }) { accounts }: z.output<typeof Opening>): Promise<{ opened: number }> {
    await this.unitOfWork.run(async () => {
      for (const account of accounts) await this.bank.saveAccount(Account.open(account.id, account.balance));
    });
    return { opened: accounts.length };
  }

  @Post('moves')
  @Access('student')
  async move(@Body({ schema: Move }) { moveId, from, to, amount: sum }: z.output<typeof Move>): Promise<{ moveId: string }> {
    const [source, target] = [await this.bank.account(from), await this.bank.account(to)];
    source.debit(moveId, sum);
    target.credit(moveId, sum);
    // In one order always, so that two moves in opposite directions do not wait for each other.
    for (const account of from < to ? [source, target] : [target, source]) await this.bank.saveAccount(account);
    return { moveId };
  }

  @Post('transfers')
  @HttpCode(202)
  @Access('student')
  async transfer(@Body({ schema: Wish }) wish: z.output<typeof Wish>): Promise<{ transferId: string }> {
    await this.bank.saveTransfer(Transfer.request(wish));
    return { transferId: wish.transferId };
  }

  @Post('vaults/:id/deposits')
  @Access('student')
  async deposit(
    @Param('id', { schema: id }) vaultId: string,
    @Body({ schema: Deposit }) { depositId, amount: sum }: z.output<typeof Deposit>,
  ): Promise<{ depositId: string }> {
    await this.vaults.deposit(vaultId, depositId, sum);
    return { depositId };
  }

  @Get('accounts/:id')
  @Access('student')
  async show(@Param('id', { schema: id }) accountId: string): Promise<AccountState> {
    return (await this.bank.account(accountId)).state;
  }

  @Get('balances/:prefix')
  @Access('student')
  async balances(@Param('prefix', { schema: id }) prefix: string): Promise<{ accounts: { id: string; balance: number }[] }> {
    return { accounts: await this.bank.balances(prefix) };
  }
}
