import { ProcessUnderTest } from '@edtech/shared-kernel/testing';
import { bundled } from '../cell/bundle.ts';
import type { Mutant } from '../mutants.ts';

/** A6: with 30 % of the entries refused at random, at most 1.5 are sent for each one that is accepted. Answers what is wrong. */
export async function senderWastes(mutant: Mutant | undefined): Promise<string[]> {
  const child = await ProcessUnderTest.start({
    name: 'sender',
    module: await bundled('sections/sender-waste.process', mutant),
    env: { PATH: process.env['PATH'] },
  });
  const { code } = await child.exited;
  const found = /^A6 .*/m.exec(child.lastWords)?.[0];
  if (code !== 0 && found === undefined) throw new Error(`the sender could not be measured:\n${child.lastWords}`);
  return found === undefined ? [] : [found];
}
