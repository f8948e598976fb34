import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const PROGRAMS = ['append', 'hot', 'load', 'decide', 'catchup', 'feed', 'consumer', 'timers', 'http', 'wake'];

/** Each program is a process of its own: none inherits the heap or the compiled code of another. */
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const unknown = chosen.filter((program) => !PROGRAMS.includes(program));
if (unknown.length > 0) throw new Error(`no program ${unknown.join(', ')}; there are ${PROGRAMS.join(', ')}`);

const failed: string[] = [];
for (const program of chosen.length > 0 ? chosen : PROGRAMS) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${program}.js`), ...options], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) failed.push(program);
}
if (failed.length > 0) {
  process.stderr.write(`\nfailed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}
