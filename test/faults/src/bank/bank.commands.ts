import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Account } from './account.entity.ts';
import { BankRepository } from './bank.repository.ts';

/** Where the money of a transfer is between its two steps. */
function onTheWay(transferId: string): string {
  return `${transferId}-transit`;
}

export class TakeOutCommand {
  static readonly COMMAND_NAME = 'bank-service.take-out';

  constructor(
    readonly transferId: string,
    readonly from: string,
    readonly amount: number,
  ) {}
}

export class PutBackCommand {
  static readonly COMMAND_NAME = 'bank-service.put-back';

  constructor(
    readonly transferId: string,
    readonly from: string,
    readonly amount: number,
  ) {}
}

export class PayInCommand {
  static readonly COMMAND_NAME = 'bank-service.pay-in';

  constructor(
    readonly transferId: string,
    readonly to: string,
    readonly amount: number,
  ) {}
}

export class RemindCommand {
  static readonly COMMAND_NAME = 'bank-service.remind';

  constructor(readonly transferId: string) {}
}

@CommandHandler(TakeOutCommand)
export class TakeOutHandler implements ICommandHandler<TakeOutCommand> {
  constructor(private readonly bank: BankRepository) {}

  async execute({ transferId, from, amount }: TakeOutCommand): Promise<void> {
    const account = await this.bank.account(from);
    account.debit(transferId, amount);
    await this.bank.saveAccount(account);
    const transit = Account.open(onTheWay(transferId), 0);
    transit.credit(transferId, amount);
    await this.bank.saveAccount(transit);
  }
}

@CommandHandler(PutBackCommand)
export class PutBackHandler implements ICommandHandler<PutBackCommand> {
  constructor(private readonly bank: BankRepository) {}

  async execute({ transferId, from, amount }: PutBackCommand): Promise<void> {
    const transit = await this.bank.account(onTheWay(transferId));
    // Whatever is left: nothing here would notice that the money is put back a second time. That is the kernel's promise.
    if (transit.state.balance > 0) transit.debit(`${transferId}-back`, transit.state.balance);
    await this.bank.saveAccount(transit);
    const account = await this.bank.account(from);
    account.credit(`${transferId}-back`, amount);
    await this.bank.saveAccount(account);
    const transfer = await this.bank.transfer(transferId);
    transfer.reverse();
    await this.bank.saveTransfer(transfer);
  }
}

@CommandHandler(PayInCommand)
export class PayInHandler implements ICommandHandler<PayInCommand> {
  constructor(private readonly bank: BankRepository) {}

  /** Throws TransferRefused. */
  async execute({ transferId, to, amount }: PayInCommand): Promise<void> {
    const transfer = await this.bank.transfer(transferId);
    transfer.settle();
    await this.bank.saveTransfer(transfer);
    const transit = await this.bank.account(onTheWay(transferId));
    transit.debit(`${transferId}-in`, amount);
    await this.bank.saveAccount(transit);
    const account = await this.bank.account(to);
    account.credit(`${transferId}-in`, amount);
    await this.bank.saveAccount(account);
  }
}

/** An effect of a timer: once, in the log. */
@CommandHandler(RemindCommand)
export class RemindHandler implements ICommandHandler<RemindCommand> {
  constructor(private readonly bank: BankRepository) {}

  async execute({ transferId }: RemindCommand): Promise<void> {
    await this.bank.saveAccount(Account.open(`${transferId}-reminder`, 0));
  }
}
