import { contracts } from '@edtech/contracts';
import { Database, EventContracts, inMessageContext, SystemClock, UnitOfWork } from '@edtech/shared-kernel';
import { afterEach, beforeEach } from 'vitest';
import { EventRecorder } from '../../../../../libs/shared-kernel/src/infrastructure/domain-events/event-recorder.ts';
import { freshDatabase } from '../../../test/user-service.fixture.ts';
import { userRepositoryContract } from '../../../test/user-repository.contract.ts';
import { DrizzleUserRepository } from './drizzle-user.repository.ts';

let database: Database;
let drop: () => Promise<void>;

beforeEach(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  database = new Database({ url: fresh.url, applicationName: 'test' });
});
afterEach(async () => {
  await database.close();
  await drop();
});

userRepositoryContract(() => {
  const unitOfWork = new UnitOfWork(database, new EventRecorder(new EventContracts(contracts), new SystemClock()));
  const context = { messageId: 'request-1', correlationId: 'corr-1', actor: { id: 'admin-1', type: 'user' } } as const;
  return {
    users: new DrizzleUserRepository(unitOfWork),
    run: (work) => inMessageContext(context, () => unitOfWork.run(work)),
  };
});
