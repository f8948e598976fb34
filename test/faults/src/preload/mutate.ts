import type { LoadFnOutput } from 'node:module';
import type { Mutant } from '../mutants.ts';

/** Plants the bug in the modules that it is made for. Throws when the code has changed so that the bug does not fit any more. */
export function mutate({ id, patches }: Mutant, url: string, loaded: LoadFnOutput): LoadFnOutput {
  const mine = patches.filter((patch) => url.endsWith(`/${patch.file}`));
  if (mine.length === 0) return loaded;
  let source = String(loaded.source);
  for (const { file, find, replace } of mine) {
    if (source.split(find).length !== 2) throw new Error(`mutant ${id} does not fit ${file} any more: it looks for\n${find}`);
    source = source.replace(find, () => replace);
  }
  return { ...loaded, source };
}
