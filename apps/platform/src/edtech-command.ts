import { parseArgs } from 'node:util';
import { loadConfig, type PlatformConfig } from './config.ts';
import { rebuildFeedOf, rebuildReport } from './feed-rebuild.ts';
import { progressLine } from './progress-line.ts';
import { startFailure } from './start-failure.ts';

export interface EdtechTerminal {
  /** Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `err` writes to a person's terminal. */
  readonly isTerminal: boolean;
}

const USAGE = `npm run edtech -- <command>

  feed rebuild <service>   writes the service's log again from its event store; stop the service first. Interrupted, it has changed nothing
    --drop-unknown         leaves out what only the log has
    --json                 one JSON document instead of text

Exit code: 0 ok, 1 failed, 2 integrity broken, 64 wrong usage`;

const FAILED = 1;
const BROKEN = 2;
const WRONG_USAGE = 64;
const INTEGRITY = new Set(['BROKEN_STREAM', 'LOG_HAS_MORE', 'STREAM_ARCHIVED']);

/** The whole of `npm run edtech`; answers its exit code. Data goes to `out`, progress and messages to `err`. */
export async function edtechCommand(args: readonly string[], terminal: EdtechTerminal): Promise<number> {
  const { out, err, isTerminal } = terminal;
  let given: Given;
  try {
    given = parsed(args);
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return WRONG_USAGE;
  }
  if (given.help) {
    out(`${USAGE}\n`);
    return 0;
  }
  let config: PlatformConfig;
  try {
    config = loadConfig(terminal.env);
  } catch (error) {
    err(`nothing was changed: ${startFailure(error)}\n`);
    return FAILED;
  }
  const progress = progressLine(`rebuild ${given.service}`, { write: err, isTerminal, env: config.env });
  try {
    const rebuilt = await rebuildFeedOf(given.service, { config, dropUnknown: given.dropUnknown, progress: progress.show });
    progress.end();
    out(`${given.json ? JSON.stringify(rebuilt) : rebuildReport(rebuilt)}\n`);
    return 0;
  } catch (error) {
    progress.end();
    err(`nothing was changed: ${startFailure(error, config.env)}\n`);
    return error instanceof Error && 'code' in error && INTEGRITY.has(String(error.code)) ? BROKEN : FAILED;
  }
}

interface Given {
  readonly service: string;
  readonly dropUnknown: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

function parsed(args: readonly string[]): Given {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'drop-unknown': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const { 'drop-unknown': dropUnknown = false, json = false, help = false } = values;
  const [area = '', verb = '', service = '', ...others] = positionals;
  if (help) return { service, dropUnknown, json, help };
  if (`${area} ${verb}` !== 'feed rebuild')
    throw new Error(positionals.length === 0 ? 'say what to do' : `there is no command ${positionals.join(' ')}`);
  if (service === '' || others.length > 0) throw new Error('feed rebuild takes the name of one service');
  return { service, dropUnknown, json, help };
}
