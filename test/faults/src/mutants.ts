/** A part that is checked by itself, in a process of its own: what breaks it needs no system around it to show. */
export type Part = 'sender' | 'store' | 'money';

/** A bug planted into the built code of every process of a service, to see whether the harness notices. */
export interface Mutant {
  /** Its number in the list of planted bugs; a letter where one number has two sides. */
  readonly id: string;
  readonly bug: string;
  /** What has to fire first. Anything else would be an accident. */
  readonly caughtBy: readonly string[];
  /** Changes of the compiled code. Each has to fit exactly once, so a mutant that the code has outgrown says so. */
  readonly patches: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  /** The bus has no such rule. */
  readonly withoutRule?: string;
  /** It shows when a process starts again. */
  readonly needsKills?: true;
  /** It shows at whoever consumes the events of another service. */
  readonly needsMirror?: true;
  /** It shows between two processes of one service. */
  readonly needsTwo?: true;
  /** It shows in one part, checked by itself. */
  readonly ofPart?: Part;
}

const KERNEL = 'libs/shared-kernel/dist';

export const mutants: readonly Mutant[] = [
  {
    id: 'P1',
    bug: 'the state is saved and its events are dropped',
    caughtBy: ['I1', 'I2', 'I6', 'I7'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/database/write-statement.js`,
        find: "(VALUES ${rows.join(', ')}) AS event`",
        replace: "(VALUES ${rows.join(', ')}) AS event WHERE false`",
      },
    ],
  },
  {
    id: 'P2',
    bug: 'the condition of an append holds for a key that nobody else uses',
    caughtBy: ['I3'],
    ofPart: 'store',
    patches: [
      {
        file: `${KERNEL}/infrastructure/event-store/dynamodb.event-table.js`,
        find: "Item: item, ConditionExpression: 'attribute_not_exists(PK)' }))),",
        replace: 'Item: item }))),',
      },
    ],
  },
  {
    id: 'P3',
    bug: 'a stream is what the first page of the database holds',
    caughtBy: ['A1', 'I3'],
    ofPart: 'store',
    patches: [
      {
        file: `${KERNEL}/infrastructure/event-store/dynamodb.event-table.js`,
        find: 'yield page.Items ?? [];',
        replace: 'yield page.Items ?? []; return;',
      },
    ],
  },
  {
    id: 'P4',
    bug: 'shares of money are computed in floating point',
    caughtBy: ['A9'],
    ofPart: 'money',
    patches: [
      {
        file: 'apps/payment-service/dist/domain/value-objects/money.vo.js',
        find: 'return Number((2n * BigInt(a) * BigInt(b) + whole) / (2n * whole));',
        replace: 'return Math.round(a * (b / Number(whole)));',
      },
    ],
  },
  {
    id: 'P5',
    bug: 'stored events carry a time at which the database deletes them',
    caughtBy: ['I3'],
    ofPart: 'store',
    patches: [
      {
        file: `${KERNEL}/infrastructure/event-store/dynamodb.event-table.js`,
        find: "Item: item, ConditionExpression: 'attribute_not_exists(PK)' }))),",
        replace: "Item: { ...item, ttl: { N: '1' } }, ConditionExpression: 'attribute_not_exists(PK)' }))),",
      },
    ],
  },
  {
    id: 'P6a',
    needsMirror: true,
    bug: 'what is read from the log counts as published before the bus has it',
    caughtBy: ['I2'],
    needsKills: true,
    patches: [
      {
        file: `${KERNEL}/infrastructure/event-bridge/event-bridge.publisher.js`,
        find: "crashpoint('publish.after-claim');",
        replace: 'term.advance(events.at(-1).position); await new Promise((resolve) => setTimeout(resolve, 1_000));',
      },
    ],
  },
  {
    id: 'P6b',
    bug: "a handler's error is swallowed",
    caughtBy: ['I2'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/inbox/event-delivery.js`,
        find: 'await Promise.race([handled, late.promise]);',
        replace: 'await Promise.race([handled.catch(() => undefined), late.promise]);',
      },
    ],
  },
  {
    id: 'P7',
    bug: "timers live in the process's memory",
    caughtBy: ['I7', 'I10'],
    needsKills: true,
    patches: [
      {
        file: `${KERNEL}/infrastructure/sagas/saga-store.js`,
        find: "    const table = statement.table(['text', 'text', 'text', 'timestamptz', 'text'], [...rows.values()], (row) => row);",
        replace: `    (globalThis.timersInMemory ??= []).push(...[...rows.values()].map(([saga, key, name, due_at]) => ({ saga, key, name, due_at })));
    if (rows.size > 0) return;
    const table = statement.table(['text', 'text', 'text', 'timestamptz', 'text'], [...rows.values()], (row) => row);`,
      },
      {
        file: `${KERNEL}/infrastructure/sagas/timer-firing.js`,
        find: 'async function claim(client, now, sagas) {',
        replace: `async function claim(client, now, sagas) {
    const due = [];
    for (const timer of (globalThis.timersInMemory ?? []).splice(0)) {
        if (timer.due_at > now) { globalThis.timersInMemory.push(timer); continue; }
        const { rows: [saga] } = await client.query('SELECT saga, key, status, state, step FROM sagas WHERE saga = $1 AND key = $2 FOR NO KEY UPDATE', [timer.saga, timer.key]);
        if (saga !== undefined) due.push({ ...saga, ...timer });
    }
    if (due.length > 0) return due;`,
      },
    ],
  },
  {
    id: 'P8',
    needsMirror: true,
    bug: 'deduplication by looking, working and remembering, in memory',
    caughtBy: ['I4'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/inbox/inbox.js`,
        find: '    async claim(client, subscription, eventId) {',
        replace: `    async claim(client, subscription, eventId) {
        const handled = (globalThis.handledInMemory ??= new Set());
        if (handled.has(subscription + eventId)) return false;
        setTimeout(() => handled.add(subscription + eventId), 100);
        await client.query('INSERT INTO inbox (subscription, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [subscription, eventId]);
        return true;`,
      },
    ],
  },
  {
    id: 'P9',
    bug: 'one refused entry sends the whole batch again',
    caughtBy: ['A6'],
    ofPart: 'sender',
    patches: [
      {
        file: `${KERNEL}/infrastructure/event-bridge/ordered-sender.js`,
        find: 'const outcomes = await this.#outcomes(entries);',
        replace: `let outcomes = await this.#outcomes(entries);
        const refusal = outcomes.find((outcome) => !outcome.accepted);
        if (refusal !== undefined) outcomes = outcomes.map(() => refusal);`,
      },
    ],
  },
  {
    id: 'P10',
    bug: 'the actor is overwritten by the subject',
    caughtBy: ['I11'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/domain-events/event-recorder.js`,
        find: '                actor,\n',
        replace: '                actor: JSON.stringify({ ...context.actor, id: contract.about(payload) }),\n',
      },
    ],
  },
  {
    id: 'P11a',
    bug: 'fields that a schema does not name are taken',
    caughtBy: ['mass assignment'],
    patches: [
      { file: `${KERNEL}/infrastructure/http/strict-body.js`, find: 'z.strictObject(shape)', replace: 'z.looseObject(shape)' },
    ],
  },
  {
    id: 'P11b',
    bug: 'whole events are printed',
    caughtBy: ['I12'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/inbox/event-delivery.js`,
        find: 'await Promise.race([handled, late.promise]);',
        replace: 'await Promise.race([handled, late.promise]); process.stdout.write(`${JSON.stringify(event)}\\n`);',
      },
    ],
  },
  {
    id: 'P12',
    needsMirror: true,
    bug: 'an unknown event is skipped',
    caughtBy: ['I2'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/consumer/process-record.js`,
        find: 'return park(parts, inboxOf(parts.service), stream, rejected(record), error, record.receiveCount);',
        replace: "return 'done';",
      },
    ],
  },
  {
    id: 'P13',
    bug: 'readers follow the ids of rows, which commit in another order than they are drawn, and now and then a commit takes long',
    caughtBy: ['I2', 'I5', 'I6', 'I10'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/subscriptions/feed-page.js`,
        find: 'SELECT head.position AS head, event.*\n           FROM feed_head head LEFT JOIN LATERAL (\n             SELECT position,',
        replace:
          'SELECT head.position AS head, event.*\n           FROM (SELECT coalesce(max(id), 0) AS position FROM domain_events) head LEFT JOIN LATERAL (\n             SELECT id AS position,',
      },
      {
        file: `${KERNEL}/infrastructure/subscriptions/feed-page.js`,
        find: 'WHERE position > $1 AND position <= $4 AND event_name = ANY($2) ORDER BY position LIMIT $3',
        replace: 'WHERE id > $1 AND id <= $4 AND event_name = ANY($2) ORDER BY id LIMIT $3',
      },
      {
        file: `${KERNEL}/infrastructure/database/unit-of-work.js`,
        find: "            crashpoint('cmd.after-log');\n",
        replace: '            await new Promise((resolve) => setTimeout(resolve, Math.random() < 0.3 ? 150 : 0));\n',
      },
    ],
  },
  {
    id: 'P14',
    bug: 'inbox rows are forgotten while the bus still repeats',
    caughtBy: ['I4'],
    needsKills: true,
    patches: [
      {
        file: `${KERNEL}/infrastructure/service/housekeeping.js`,
        find: "const KEPT = '30 days';",
        replace: "const KEPT = '100 ms';",
      },
      {
        file: `${KERNEL}/infrastructure/service/housekeeping.js`,
        find: 'const EVERY_MS = 60 * 60 * 1_000;',
        replace: 'const EVERY_MS = 100;',
      },
    ],
  },
  {
    id: 'P15',
    bug: 'the checkpoint is written before the effects',
    caughtBy: ['I2'],
    needsKills: true,
    patches: [
      {
        file: `${KERNEL}/infrastructure/subscriptions/feed-subscription.js`,
        find: 'return this.#advanced >= this.#lastTaken ? this.#scannedTo : this.#advanced;',
        replace: 'return this.#scannedTo;',
      },
    ],
  },
  {
    id: 'P16',
    needsTwo: true,
    bug: 'a lease is taken from whoever holds it, and nothing fences the one that lost it',
    caughtBy: ['I4', 'I5', 'I10', 'I2'],
    needsKills: true,
    patches: [
      {
        file: `${KERNEL}/infrastructure/subscriptions/leases.js`,
        find: 'WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp()\n',
        replace: '\n',
      },
      {
        file: `${KERNEL}/infrastructure/subscriptions/leases.js`,
        find: 'for (const name of this.#held.keys())',
        replace: 'for (const name of [])',
      },
      {
        file: `${KERNEL}/infrastructure/subscriptions/leases.js`,
        find: 'if (held !== undefined && held.epoch === epoch && askedAt - held.renewedAt < this.ttlMs)',
        replace: 'if (held !== undefined)',
      },
      {
        file: `${KERNEL}/infrastructure/subscriptions/sequencer.js`,
        find: "SELECT 1 FROM leases WHERE name = '${LEASE}' AND epoch = $1 FOR SHARE",
        replace: 'SELECT $1::bigint',
      },
      {
        file: `${KERNEL}/infrastructure/subscriptions/sequencer.js`,
        find: 'WHERE feed_head.position = seen.position AND EXISTS',
        replace: 'WHERE EXISTS',
      },
    ],
  },
  {
    id: 'P17',
    bug: 'a commit loses its mark before it is copied into the log, and now and then the copy fails',
    caughtBy: ['I2'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/event-store/event-store.relay.js`,
        find: 'await this.copy(stream);\n                crashpoint(',
        replace: `for (const version of versions) await this.store.markCopied(stream, version);
                if (Math.random() < 0.5) throw new Error('the log is away');
                await this.copy(stream);
                crashpoint(`,
      },
      {
        file: `${KERNEL}/infrastructure/event-store/event-store.relay.js`,
        find: 'performance.now() - this.#sweptAt >= sweepEveryMs',
        replace: 'false',
      },
    ],
  },
  {
    id: 'P18',
    bug: 'a poison event is skipped instead of parked',
    caughtBy: ['I2'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/subscriptions/reaction-consumer.js`,
        find: 'if (!(await this.#park(event, stream, error, tries.failures)))',
        replace: 'return undefined;\n            if (!(await this.#park(event, stream, error, tries.failures)))',
      },
    ],
  },
  {
    id: 'P19',
    bug: 'every compensation is carried out twice',
    caughtBy: ['I8'],
    patches: [
      {
        file: `${KERNEL}/infrastructure/sagas/interpret.js`,
        find: '[{ compensates: step, command: compensation }]))',
        replace: '[{ compensates: step, command: compensation }, { compensates: step, command: compensation }]))',
      },
    ],
  },
  {
    id: 'P20',
    needsMirror: true,
    bug: 'a consumer waits for an event that no rule delivers',
    caughtBy: ['I2', 'I10'],
    patches: [],
    withoutRule: 'account-credited-to-mirror-service',
  },
];
