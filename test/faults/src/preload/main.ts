/** Imported first by every service under test: a wrong clock, a note of every effect, a crash point on demand. Nothing of it is in the product. */
import './skewed-clock.ts';
import { armCrashpoint } from '../../../../libs/shared-kernel/dist/application/crashpoint.js';
import { observeEffects } from './observed-effects.ts';

if (process.env['NODE_ENV'] === 'production') throw new Error('the fault harness is refused when NODE_ENV=production');
observeEffects();
process.on('message', ({ crashAt }: { readonly crashAt?: string }) => armCrashpoint(crashAt));
