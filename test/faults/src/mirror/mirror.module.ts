import { join } from 'node:path';
import type { ServiceDefinition } from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { accountContracts } from '../bank/bank.contracts.ts';
import { AccountMirror, EventCounts, LatestBalances } from './mirror.consumers.ts';

@Module({ providers: [AccountMirror, LatestBalances, EventCounts] })
class MirrorModule {}

/** Follows the bank over the bus, once with each of the three orders that a consumer can ask for. */
export const mirrorService: ServiceDefinition = {
  name: 'mirror-service',
  module: MirrorModule,
  contracts: accountContracts,
  migrations: [join(import.meta.dirname, '..', '..', 'src', 'mirror')],
  problems: {},
};
