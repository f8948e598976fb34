import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly isolated: boolean;
  readonly replicas: number;
}

/** Each replica listens a hundred ports above the one before. */
const MOST_REPLICAS = 8;

/** Reads what stands behind `--`. Throws an error that names what is wrong and what is possible. */
export function startOptions(args: readonly string[] = process.argv.slice(2)): StartOptions {
  const { isolated, replicas } = parsed(args);
  const count = Number(replicas);
  if (!Number.isInteger(count) || count < 1 || count > MOST_REPLICAS)
    throw new Error(`--replicas ${replicas} is not possible; give a number from 1 to ${MOST_REPLICAS}`);
  return { isolated, replicas: count };
}

function parsed(args: readonly string[]): { isolated: boolean; replicas: string } {
  try {
    return parseArgs({
      args: [...args],
      options: { isolated: { type: 'boolean', default: false }, replicas: { type: 'string', default: '1' } },
    }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason}; possible are --isolated and --replicas <1 to ${MOST_REPLICAS}>`, { cause });
  }
}
