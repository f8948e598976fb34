import { SeededRandom } from '@edtech/shared-kernel/testing';
import { OrderedSender, SENDER_LIMITS } from '../../../../libs/shared-kernel/dist/infrastructure/event-bridge/ordered-sender.js';

const STREAMS = 200;
const PER_STREAM = 50;
const MOST_PER_ACCEPTED = 1.5;
const ENTRY = { source: 'bank-service', detailType: 'account.debited', time: new Date(), bytes: 100 };

const random = new SeededRandom(1);
let open = STREAMS * PER_STREAM;
const done = Promise.withResolvers<void>();
const sender = new OrderedSender(
  async (entries) =>
    entries.map(() =>
      random.chance(0.3) ? { accepted: false, code: 'Throttled', message: '' } : { accepted: true, busId: 'b' },
    ),
  { ...SENDER_LIMITS, baseMs: 1, capMs: 2 },
  () => {
    if (--open === 0) done.resolve();
  },
);
for (let n = 0; n < PER_STREAM; n++) {
  for (let stream = 0; stream < STREAMS; stream++) sender.add(`s${stream}`, { ...ENTRY, detail: `${n}` }, n);
}
const late = setTimeout(() => {
  process.stdout.write('A6 the sender does not get its entries accepted\n');
  process.exit(1);
}, 20_000);
await done.promise;
clearTimeout(late);
const perAccepted = sender.stats.entries / (STREAMS * PER_STREAM);
if (perAccepted > MOST_PER_ACCEPTED)
  process.stdout.write(`A6 ${perAccepted.toFixed(2)} entries were sent for each accepted one, at most ${MOST_PER_ACCEPTED}\n`);
