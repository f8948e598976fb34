import type { Clock } from './ports.ts';

/** Longer timers than Node's 2^31-1 ms fire at that limit; whoever sets one looks at the time again when it fires. */
const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  setTimer: (ms, run) => {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};
