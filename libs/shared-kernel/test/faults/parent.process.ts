import { join } from 'node:path';
import { ProcessUnderTest } from '../../src/testing/faults/process-under-test.ts';

/** Starts a child, pauses it if it is told to, and waits for its own end. */
const [, , how = '', file = '', paused = ''] = process.argv;

const child = await ProcessUnderTest.start({
  name: 'child',
  module: join(import.meta.dirname, 'mortal.process.ts'),
  args: [how, file],
});
if (paused === 'paused') child.pause();
process.stdout.write(`${child.pid}\n`);
setInterval(() => undefined, 1_000);
