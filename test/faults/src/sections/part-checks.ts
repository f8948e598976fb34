import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessUnderTest, SeededRandom } from '@edtech/shared-kernel/testing';
import { bundled } from '../cell/bundle.ts';
import { eventsOfBank } from '../cell/events-file.ts';
import { awsEnvironment, inherited, startAws } from '../cell/local-aws.ts';
import type { Mutant, Part } from '../mutants.ts';

export const PARTS: readonly Part[] = ['sender', 'store', 'money'];

/** Answers what is wrong with a part, the name of the check first; undefined: nothing. */
export async function wrongWith(part: Part, mutant: Mutant | undefined): Promise<string | undefined> {
  if (part !== 'store') return check(part, mutant, {});
  const folder = await mkdtemp(join(tmpdir(), 'edtech-store-'));
  const { aws, awsUrl } = await startAws(folder, await eventsOfBank(), { random: new SeededRandom(1), log: () => undefined });
  try {
    return await check(part, mutant, awsEnvironment(awsUrl, 'harness'));
  } finally {
    await aws.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function check(part: Part, mutant: Mutant | undefined, env: Record<string, string>): Promise<string | undefined> {
  const child = await ProcessUnderTest.start({
    name: part,
    module: await bundled('sections/part-checks.process', mutant),
    args: [part],
    env: { ...inherited(), ...env },
  });
  const { code } = await child.exited;
  const found = /^(A|I)\d+ .*/m.exec(child.lastWords)?.[0];
  if (code !== 0 && found === undefined) throw new Error(`${part} could not be checked:\n${child.lastWords}`);
  return found;
}
