import { registerHooks } from 'node:module';
import { mutantNamed } from '../mutants.ts';
import { mutate } from './mutate.ts';
import { observeEffects } from './observed-effects.ts';
import { rememberResolutions } from './resolutions.ts';
import { skewClock } from './skewed-clock.ts';

/**
 * Loaded before everything else in each process under test (`node --import`). It makes of the ordinary build a test build, as its
 * environment says: planted bugs, a wrong clock, observed effects. Nothing of it is in the product.
 */
const { FAULT_RESOLUTIONS, FAULT_RECORD_RESOLUTIONS, FAULT_MUTANT, FAULT_CLOCK_OFFSET_MS, FAULT_OBSERVE } = process.env;

if (process.env['NODE_ENV'] === 'production') throw new Error('the fault harness is refused when NODE_ENV=production');
if (FAULT_RESOLUTIONS !== undefined) rememberResolutions(FAULT_RESOLUTIONS, FAULT_RECORD_RESOLUTIONS === '1');
if (FAULT_MUTANT !== undefined) {
  const mutant = mutantNamed(FAULT_MUTANT);
  registerHooks({ load: (url, context, next) => mutate(mutant, url, next(url, context)) });
}
if (FAULT_CLOCK_OFFSET_MS !== undefined) skewClock(Number(FAULT_CLOCK_OFFSET_MS));
if (FAULT_OBSERVE === '1') await observeEffects();
