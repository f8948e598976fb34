import { contracts } from '@edtech/contracts';
import { EventContracts, inMessageContext } from '@edtech/shared-kernel';
import { FreeScheduler, MemoryDatabase, VirtualClock } from '@edtech/shared-kernel/testing';
import { MemoryUserRepository, UserTables } from '@edtech/user-service/testing';
import { v7 as uuidv7 } from 'uuid';
import { userRepositoryContract } from './user-repository.contract.ts';

userRepositoryContract(() => {
  const clock = new VirtualClock();
  const database = new MemoryDatabase('user-service', new EventContracts(contracts), clock, () => uuidv7());
  database.begin(new FreeScheduler(clock, undefined));
  const context = { messageId: 'request-1', correlationId: 'corr-1', actor: { id: 'admin-1', type: 'user' } } as const;
  return {
    users: new MemoryUserRepository(new UserTables(database)),
    run: (work) => inMessageContext(context, () => database.run(work)),
  };
});
