import { auditReport, verifyAuditFile } from './audit-verify.ts';
import { loadConfig, type PlatformConfig } from './config.ts';
import {
  EDTECH_USAGE,
  edtechRequest,
  type AuditVerifyRequest,
  type EdtechRequest,
  type FeedRebuildRequest,
} from './edtech-options.ts';
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

const FAILED = 1;
const BROKEN = 2;
const WRONG_USAGE = 64;
const INTEGRITY = new Set(['BROKEN_STREAM', 'LOG_HAS_MORE', 'STREAM_ARCHIVED']);
const WITHOUT_EFFECT = { 'feed rebuild': 'nothing was changed', 'audit verify': 'nothing was checked' } as const;

/** The whole of `npm run edtech`; answers its exit code. Data goes to `out`, progress and messages to `err`. */
export async function edtechCommand(args: readonly string[], terminal: EdtechTerminal): Promise<number> {
  const { out, err } = terminal;
  let request: EdtechRequest | 'help';
  try {
    request = edtechRequest(args);
  } catch (error) {
    err(`${error instanceof Error ? error.message : String(error)}\n\n${EDTECH_USAGE}\n`);
    return WRONG_USAGE;
  }
  if (request === 'help') {
    out(`${EDTECH_USAGE}\n`);
    return 0;
  }
  let config: PlatformConfig | undefined;
  try {
    config = loadConfig(terminal.env);
    return request.command === 'audit verify'
      ? await verifyAudit(request, config, terminal)
      : await rebuild(request, config, terminal);
  } catch (error) {
    err(`${WITHOUT_EFFECT[request.command]}: ${startFailure(error, config?.env)}\n`);
    return error instanceof Error && 'code' in error && INTEGRITY.has(String(error.code)) ? BROKEN : FAILED;
  }
}

async function verifyAudit({ file, json }: AuditVerifyRequest, config: PlatformConfig, { out }: EdtechTerminal): Promise<number> {
  const verdict = await verifyAuditFile(file, config);
  out(`${json ? JSON.stringify(verdict) : auditReport(file, verdict)}\n`);
  return verdict.ok ? 0 : BROKEN;
}

async function rebuild(
  { service, dropUnknown, json }: FeedRebuildRequest,
  config: PlatformConfig,
  { out, err, isTerminal }: EdtechTerminal,
): Promise<number> {
  const progress = progressLine(`rebuild ${service}`, { write: err, isTerminal, env: config.env });
  try {
    const rebuilt = await rebuildFeedOf(service, { config, dropUnknown, progress: progress.show });
    progress.end();
    out(`${json ? JSON.stringify(rebuilt) : rebuildReport(rebuilt)}\n`);
    return 0;
  } catch (error) {
    progress.end();
    throw error;
  }
}
