import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program to be killed: `mortal.process.ts <how> <file>` writes a byte to the file every few milliseconds, which shows that it lives. */
const [, , how = '', file = ''] = process.argv;

if (how === 'fails') throw new Error('there is no lamp');
if (how === 'ends') process.exit(7);
if (how === 'talks') for (let line = 1; line <= 1_000; line++) process.stdout.write(`line ${line}\n`);
if (how === 'stubborn') process.on('SIGTERM', () => undefined);
if (how === 'listens late') {
  await sleep(200);
  process.once('message', (message) => process.exit(message === null ? 1 : 9));
}
if (how === 'polite') process.on('SIGTERM', () => process.exit(0));
if (how === 'tells') process.stdout.write(JSON.stringify(process.env));
if (how !== 'idle' && how !== 'tells') {
  for (;;) {
    appendFileSync(file, '.');
    if (how === 'busy') for (const until = performance.now() + 5; performance.now() < until;);
    else await sleep(5);
  }
}
