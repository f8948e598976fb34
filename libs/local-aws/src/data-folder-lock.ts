import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Two runs on one folder would destroy each other's data. */
export class DataFolderInUse extends Error {
  readonly code = 'DATA_FOLDER_IN_USE';

  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(
      `${folder} is in use by process ${pid}. Stop it first; if that process is something else, delete ${join(folder, 'lock')}.`,
    );
  }
}

const heldHere = new Set<string>();

/** Resolves with the function that releases it. A lock left by a process that no longer runs is taken over. */
export async function lockDataFolder(dataDir: string): Promise<() => Promise<void>> {
  const folder = resolve(dataDir);
  const file = join(folder, 'lock');
  if (heldHere.has(folder)) throw new DataFolderInUse(folder, process.pid);
  heldHere.add(folder);
  try {
    await mkdir(folder, { recursive: true });
    for (;;) {
      try {
        await writeFile(file, String(process.pid), { flag: 'wx' });
        break;
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
      }
      const owner = Number(await readFile(file, 'utf8').catch(() => '0'));
      if (owner !== process.pid && isRunning(owner)) throw new DataFolderInUse(folder, owner);
      await rm(file, { force: true });
    }
  } catch (error) {
    heldHere.delete(folder);
    throw error;
  }
  return async () => {
    await rm(file, { force: true });
    heldHere.delete(folder);
  };
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}
