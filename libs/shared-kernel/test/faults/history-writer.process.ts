import { HistoryFile } from '../../src/testing/faults/history.ts';

/** A client that is killed in the middle of its work: it reports each operation only after its history has it. */
const [, , file = '', client = ''] = process.argv;

const history = new HistoryFile(file);
for (let n = 1; ; n++) {
  const answered = history.invoke({ client, op: 'append', key: 'k', value: `${client}-${n}` });
  process.stdout.write(`invoked ${client}-${n}\n`);
  await new Promise((resolve) => setImmediate(resolve));
  answered.ok();
  process.stdout.write(`returned ${client}-${n}\n`);
}
