import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbEventTable, EventContracts, EventStoreService, inMessageContext, SystemClock } from '@edtech/shared-kernel';
import { SeededRandom } from '@edtech/shared-kernel/testing';
import { Money } from '../../../../apps/payment-service/dist/domain/value-objects/money.vo.js';
import { OrderedSender, SENDER_LIMITS } from '../../../../libs/shared-kernel/dist/infrastructure/event-bridge/ordered-sender.js';
import { bankContracts } from '../bank/bank.contracts.ts';
import { VaultOpenedEvent } from '../bank/vault.aggregate.ts';

const random = new SeededRandom(1);
const checks: Readonly<Record<string, () => Promise<string | undefined>>> = { sender, store, money };
const found = await checks[process.argv[2] ?? '']?.();
if (found !== undefined) process.stdout.write(`${found}\n`);
process.exit(0);

/** With 30 % of the entries refused at random, at most 1.5 are sent for each one that is accepted. */
async function sender(): Promise<string | undefined> {
  const [streams, perStream, mostPerAccepted] = [200, 50, 1.5];
  const entry = { source: 'bank-service', detailType: 'account.debited', time: new Date(), bytes: 100 };
  let open = streams * perStream;
  const done = Promise.withResolvers<'done'>();
  const sending = new OrderedSender(
    async (entries) =>
      entries.map(() =>
        random.chance(0.3) ? { accepted: false, code: 'Throttled', message: '' } : { accepted: true, busId: 'b' },
      ),
    { ...SENDER_LIMITS, baseMs: 1, capMs: 2 },
    () => {
      if (--open === 0) done.resolve('done');
    },
  );
  for (let n = 0; n < perStream; n++) {
    for (let stream = 0; stream < streams; stream++) sending.add(`s${stream}`, { ...entry, detail: `${n}` }, n);
  }
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, 20_000, 'late').unref());
  if ((await Promise.race([done.promise, late])) === 'late') return 'A6 the sender does not get its entries accepted';
  const perAccepted = sending.stats.entries / (streams * perStream);
  return perAccepted > mostPerAccepted
    ? `A6 ${perAccepted.toFixed(2)} entries were sent for each accepted one, at most ${mostPerAccepted}`
    : undefined;
}

/** One of several writers wins; a stream longer than a page of the database is read whole; nothing that is stored can expire. */
async function store(): Promise<string | undefined> {
  const events = new EventStoreService(
    dynamoDbEventTable(new DynamoDBClient({}), 'edtech-event-store'),
    new EventContracts(bankContracts),
    new SystemClock(),
  );
  const context = { messageId: 'harness', correlationId: 'harness', actor: { id: 'harness', type: 'system' as const } };
  return inMessageContext(context, () => storeKeeps(events));
}

async function storeKeeps(events: EventStoreService): Promise<string | undefined> {
  const [racers, rounds, commits, perCommit] = [5, 4, 40, 80];
  const raced = { aggregateType: 'Vault', aggregateId: 'raced' };
  for (let round = 1; round <= rounds; round++) {
    const end = await events.readRecent(raced, 1).then((recent) => recent.end);
    const appended = await Promise.allSettled(
      Array.from({ length: racers }, (_, racer) =>
        events.append(raced, [new VaultOpenedEvent({ vaultId: `${round}` })], {
          expected: end.version === 0 ? 'no-stream' : end,
          commitId: `${round}-${racer}`,
        }),
      ),
    );
    const won = appended.filter(({ status }) => status === 'fulfilled').length;
    if (won !== 1) return `I3 ${won} of ${racers} writers of version ${round} were told that it is theirs`;
  }
  const long = { aggregateType: 'Vault', aggregateId: 'long' };
  let expected: Parameters<EventStoreService['append']>[2]['expected'] = 'no-stream';
  for (let n = 0; n < commits; n++) {
    const opened = Array.from({ length: perCommit }, () => new VaultOpenedEvent({ vaultId: 'long' }));
    expected = await events.append(long, opened, { expected, commitId: `long ${n}` });
  }
  const read = await events.readStream(long).all();
  if (read.length !== commits * perCommit) return `A1 ${read.length} of ${commits * perCommit} events were read`;
  for (const stream of [raced, long]) {
    const broken = await events.verify(stream).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (broken !== undefined) return `I3 ${broken instanceof Error ? broken.message : String(broken)}`;
  }
  return undefined;
}

/** Fees are whole and rounded half up, for amounts of any size. */
async function money(): Promise<string | undefined> {
  for (let n = 0; n < 20_000; n++) {
    const [amount, bps] = [random.int(2 ** random.between(1, 52)), random.int(10_001)];
    const expected = Number((BigInt(amount) * BigInt(bps) + 5_000n) / 10_000n);
    const { fee, earnings } = Money.of(amount, 'USD').split(bps);
    if (fee !== expected || earnings !== amount - expected)
      return `A9 the fee of ${amount} at ${bps} basis points is ${fee}; expected ${expected}`;
  }
  return undefined;
}
