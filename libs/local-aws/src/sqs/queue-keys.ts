/** '!' sorts below every character a queue name may have, so no queue's range contains another's. */
const key = (kind: string, ...parts: string[]) => [kind, ...parts].join('!');
const padded = (sequence: number) => String(sequence).padStart(20, '0');
const all = (prefix: string) => ({ from: `${prefix}!`, to: `${prefix}"` });

export const queueKeys = {
  queue: (queue: string) => key('queue', queue),
  message: (queue: string, sequence: number) => key('message', queue, padded(sequence)),
  delivery: (queue: string, sequence: number) => key('delivery', queue, padded(sequence)),
  deduplication: (queue: string, id: string) => key('deduplication', queue, id),
  queues: all('queue'),
  messages: (queue: string) => all(key('message', queue)),
  deliveries: (queue: string) => all(key('delivery', queue)),
  deduplications: (queue: string) => all(key('deduplication', queue)),
};
