import { edtechCommand } from './edtech-command.ts';

process.exitCode = await edtechCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
});
