import { loadConfig, pointAwsTo } from './config.ts';
import { VERIFY_USAGE, verifyRequest, type VerifyRequest } from './verify-options.ts';
import { verifyReport } from './verify-report.ts';
import { verifyServices, type Verification } from './verify-services.ts';

export interface Terminal {
  /** Default: that of the process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const EXIT_CODES: Record<Verification['outcome'], number> = { clean: 0, violation: 1, unchecked: 2 };
const WRONG_USAGE = 64;
const PROGRESS_EVERY_MS = 2_000;

/** The whole of `npm run verify`; answers its exit code. Unless the environment speaks of AWS the queues are those of the local platform. */
export async function verifyCommand(args: readonly string[], { env: given, out, err }: Terminal): Promise<number> {
  let request: VerifyRequest | 'help';
  try {
    request = verifyRequest(args);
  } catch (error) {
    err(`${reasonOf(error)}\n\n${VERIFY_USAGE}\n`);
    return WRONG_USAGE;
  }
  if (request === 'help') {
    out(`${VERIFY_USAGE}\n`);
    return 0;
  }
  try {
    const config = loadConfig(given);
    const { env } = config;
    if (env['AWS_ENDPOINT_URL'] === undefined && (env['AWS_REGION'] === undefined || env['AWS_PORT'] !== undefined))
      Object.assign(env, pointAwsTo(`http://127.0.0.1:${config.awsPort}`, 'local'));
    const verification = await verifyServices(request, { config, progress: nowAndThen(err) });
    out(`${request.json ? JSON.stringify(verification, null, 2) : verifyReport(verification)}\n`);
    return EXIT_CODES[verification.outcome];
  } catch (error) {
    err(`could not check: ${reasonOf(error)}\n`);
    return EXIT_CODES.unchecked;
  }
}

/** None of the lines of a run that is over at once. */
function nowAndThen(print: (text: string) => void): (line: string) => void {
  let last = performance.now();
  return (line) => {
    if (performance.now() - last < PROGRESS_EVERY_MS) return;
    last = performance.now();
    print(`${line}\n`);
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
