import { join } from 'node:path';
import type { ServiceDefinition } from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { PayInHandler, PutBackHandler, RemindHandler, TakeOutHandler } from './bank.commands.ts';
import { bankContracts } from './bank.contracts.ts';
import { BankController } from './bank.controller.ts';
import { BookProjection } from './book.projection.ts';
import { SendNotice, WriteStatement } from './bank.handlers.ts';
import { BankRepository } from './bank.repository.ts';
import { TransferSaga } from './transfer.saga.ts';
import { vaultProviders } from './vaults.ts';

@Module({
  controllers: [BankController],
  providers: [
    BankRepository,
    TakeOutHandler,
    PutBackHandler,
    PayInHandler,
    RemindHandler,
    WriteStatement,
    SendNotice,
    TransferSaga,
    BookProjection,
    ...vaultProviders,
  ],
})
class BankModule {}

/** A service that exists to be broken: every mechanism of the kernel, and money that must not appear or vanish. */
export const bankService: ServiceDefinition = {
  name: 'bank-service',
  module: BankModule,
  contracts: bankContracts,
  migrations: [join(import.meta.dirname, '..', '..', 'src', 'bank')],
  problems: { INSUFFICIENT_FUNDS: 422, TRANSFER_REFUSED: 422 },
};
