/** Imported first by every service under test: a wrong clock and a note of every effect, as its environment says. Nothing of it is in the product. */
import './skewed-clock.ts';
import { observeEffects } from './observed-effects.ts';

if (process.env['NODE_ENV'] === 'production') throw new Error('the fault harness is refused when NODE_ENV=production');
observeEffects();
