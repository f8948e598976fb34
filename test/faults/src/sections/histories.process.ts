import { ConcurrencyConflict, Database, EventContracts, inMessageContext, SystemClock, UnitOfWork } from '@edtech/shared-kernel';
import { HistoryFile, SeededRandom } from '@edtech/shared-kernel/testing';
import { EventRecorder } from '../../../../libs/shared-kernel/dist/infrastructure/domain-events/event-recorder.js';
import { Account } from '../bank/account.entity.ts';
import { bankContracts } from '../bank/bank.contracts.ts';
import { BankRepository } from '../bank/bank.repository.ts';

/** Clients that append to lists and read them through the kernel's unit of work, each request noted before and after; to be killed. */
const [url = '', readUrl = '', file = '', seed = '1', first = '0', histories = '1', operations = '1000'] = process.argv.slice(2);

let values = 0;
const CLIENTS = 8;
const LISTS = 8;
/** A read takes every list of its history at once, so that one operation of ten is an append. */
const APPENDS = 0.47;
const RICH = 1_000_000;

const database = new Database({ url, applicationName: 'histories', connections: CLIENTS, answerWithinMs: 3_000 });
const unitOfWork = new UnitOfWork(database, new EventRecorder(new EventContracts(bankContracts), new SystemClock()));
const bank = new BankRepository(unitOfWork);
const reader = new Database({ url: readUrl, applicationName: 'histories', connections: CLIENTS, answerWithinMs: 3_000 });
const readers = new BankRepository(
  new UnitOfWork(reader, new EventRecorder(new EventContracts(bankContracts), new SystemClock())),
);
const history = new HistoryFile(file);
const random = new SeededRandom(Number(seed), [`incarnation of ${process.pid}`]);

for (let number = Number(first); number < Number(histories); number++) {
  process.send?.({ number });
  const lists = Array.from({ length: LISTS }, (_, list) => `h${number}-l${list}`);
  let left = Number(operations);
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      while (left > 0) {
        const keys = random.chance(APPENDS) ? [random.pick(lists)] : lists;
        left -= keys.length;
        await operate(`c${client}`, keys);
      }
    }),
  );
}
process.send?.({ number: Number(histories) });
history.close();
await Promise.all([database.close(), reader.close()]);
process.exit(0);

/** Appends to one list, or reads all of them. */
async function operate(client: string, keys: readonly string[]): Promise<void> {
  const [key = '', ...more] = keys;
  const context = { messageId: `${process.pid}`, correlationId: key, actor: { id: client, type: 'user' as const } };
  await inMessageContext(context, () => (more.length === 0 ? append(client, key) : read(client, keys)));
}

async function append(client: string, key: string): Promise<void> {
  const list = await bank.findAccount(key).catch(() => undefined);
  if (list === undefined) return open(key);
  const value = `${process.pid}-${++values}`;
  const done = history.invoke({ client, op: 'append', key, value, expected: list.streamVersion });
  try {
    list.debit(value, 1);
    await bank.saveAccount(list);
    done.ok();
  } catch (error) {
    if (error instanceof ConcurrencyConflict) done.fail(error.code);
    else done.info(error instanceof Error ? error.message : error);
  }
}

/** All of them in one snapshot, which counts as one operation on each. */
async function read(client: string, keys: readonly string[]): Promise<void> {
  const done = keys.map((key) => ({ key, end: history.observe({ client, op: 'read', key }) }));
  const found = await readers.debits(keys).catch(() => undefined);
  if (found === undefined) return;
  const lists = new Map(found.map(({ id, debits }) => [id, debits]));
  for (const { key, end } of done) end(lists.get(key) ?? []);
}

async function open(key: string): Promise<void> {
  await bank.saveAccount(Account.open(key, RICH)).catch(() => undefined);
}
