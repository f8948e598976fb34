import { join } from 'node:path';
import { ProcessUnderTest } from '@edtech/shared-kernel/testing';
import { PRELOAD, RESOLUTIONS } from '../cell/preload-files.ts';
import type { Mutant } from '../mutants.ts';

/** A6: with 30 % of the entries refused at random, at most 1.5 are sent for each one that is accepted. Answers what is wrong. */
export async function senderWastes(mutant: Mutant | undefined): Promise<string[]> {
  const child = await ProcessUnderTest.start({
    name: 'sender',
    module: join(import.meta.dirname, 'sender-waste.process.js'),
    execArgv: ['--import', PRELOAD],
    env: { PATH: process.env['PATH'], FAULT_RESOLUTIONS: RESOLUTIONS, FAULT_MUTANT: mutant?.id },
  });
  const { code } = await child.exited;
  const found = /^A6 .*/m.exec(child.lastWords)?.[0];
  if (code !== 0 && found === undefined) throw new Error(`the sender could not be measured:\n${child.lastWords}`);
  return found === undefined ? [] : [found];
}
