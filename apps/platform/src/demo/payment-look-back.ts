import type { Person } from '../people.ts';
import { at, itemsOf, textAt, type Json } from './api.ts';
import type { PaymentPeople } from './payment-people.ts';
import { money, short, type PaidLesson, type PaymentParts } from './payment-parts.ts';
import { stepsOf } from './saga-view.ts';
import { traceTree } from './trace-tree.ts';

/** The past of one payment, the books, and what caused what. */
export async function lookBack(
  { lesson, paymentId }: PaidLesson,
  { api, story }: PaymentParts,
  people: PaymentPeople,
): Promise<void> {
  const { finance, operator } = people;
  const get = async (path: string, { token }: Pick<Person, 'token'> = finance): Promise<Json> =>
    (await api.call('GET', path, { token })).body;
  const path = `/payments/${paymentId}`;
  const history = itemsOf(await get(`${path}/history`));
  const momentOf = (eventName: string): Json => history.find((one) => textAt(one, 'eventName') === eventName) ?? null;
  const [paid, refunded, released] = ['payment.completed', 'payment.refunded', 'payment.released'].map(momentOf);

  story.chapter('The same payment at three instants, and what lies between');
  const states: string[] = [];
  for (const moment of [paid, refunded, released]) {
    const asked = `${path}?asOf=${textAt(moment ?? null, 'recordedAt')}`;
    const then = await get(asked);
    states.push(`${textAt(then, 'status')} ${textAt(then, 'settlement')}`);
    story.saw(
      `GET ${short(asked)} → ${textAt(then, 'status')}, ${money(Number(at(then, 'totalRefunded')))} refunded, ${textAt(then, 'settlement')}`,
    );
  }
  story.expect(
    'each is what was known then',
    states.join() === 'completed held,partially_refunded held,partially_refunded released',
    states,
  );
  const [from, to] = [at(paid ?? null, 'streamVersion'), at(refunded ?? null, 'streamVersion')];
  const diff = await get(`${path}/diff?from=${from}&to=${to}`);
  const changed = at(diff, 'changed');
  const changes = Array.isArray(changed) ? changed : [];
  story.expect(`GET ${short(`${path}/diff?from=${from}&to=${to}`)} → ${changes.length} fields`, changes.length > 0, diff);
  for (const change of changes) {
    story.says(`${textAt(change, 'path')}: ${shown(at(change, 'before'))} → ${shown(at(change, 'after'))}`);
  }

  const sagas = [`charge/${paymentId}`, `refund/${lesson.bookingId}`, `release/${paymentId}`];
  const views = await Promise.all(sagas.map((saga) => get(`/ops/payment-service/sagas/payment-service.${saga}`, operator)));
  const steps = views.flatMap(stepsOf);
  const causes = new Map([
    ...lesson.told.map((event) => [textAt(event, 'eventId'), textAt(event, 'eventName')] as const),
    ...steps.map((step) => [textAt(step, 'commandId'), textAt(step, 'command')] as const),
  ]);

  story.chapter('Its history: what, who and why');
  story.saw(`GET ${short(`${path}/history`)} → ${history.length} events`);
  for (const event of history) {
    const because = textAt(event, 'causationId');
    story.says(
      `${at(event, 'streamVersion')} ${textAt(event, 'eventName')} · by ${short(textAt(event, 'actor.id'))} · because of ${causes.get(because) ?? short(because)}`,
    );
  }
  story.expect(
    'every event names its actor and its cause',
    history.every((event) => textAt(event, 'actor.id') !== '' && textAt(event, 'causationId') !== ''),
    history,
  );

  story.chapter('The books balance');
  const balances = itemsOf(await get('/ledger/balances'));
  story.saw('GET /ledger/balances');
  for (const line of balances) {
    story.says(
      `${textAt(line, 'account').padEnd(17)} ${textAt(line, 'currency')} ${money(Number(at(line, 'balance'))).padStart(12)}`,
    );
  }
  for (const [currency, lines] of Map.groupBy(balances, (line) => textAt(line, 'currency'))) {
    const [debit = 0, credit = 0] = ['debit', 'credit'].map((side) =>
      lines.map((line) => Number(at(line, side))).reduce((total, one) => total + one, 0),
    );
    story.expect(`${currency}: debit ${money(debit)} = credit ${money(credit)}`, debit === credit, lines);
  }

  story.chapter('One booking from request to release, as a tree of causes');
  const events = itemsOf(await get(`/ops/payment-service/events?correlationId=${lesson.correlationId}`, operator));
  story.says(traceTree([...lesson.told, ...events], steps));
  story.expect(
    'all of it has the correlation id of the booking',
    events.length === history.filter((event) => !textAt(event, 'eventName').startsWith('payment.payout')).length,
    events.map((event) => textAt(event, 'eventName')),
  );
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
