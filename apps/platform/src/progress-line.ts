export interface ProgressOptions {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly now?: () => number;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly events: number;
}

const WIDTH = 20;
const SHOW_EVERY_MS = 100;

/**
 * How far a job is. On a person's terminal one line that is written over; elsewhere, and with NO_COLOR or CI, a plain line per 10 %.
 */
export function progressLine(
  label: string,
  { write, isTerminal, env, now = () => performance.now() }: ProgressOptions,
): { show: (progress: Progress) => void; end: () => void } {
  const isDrawn = isTerminal && !env['NO_COLOR'] && !env['CI'];
  const startedAt = now();
  let shownAt = -Infinity;
  let tenths = -1;
  let isOpen = false;
  return {
    show(progress) {
      const share = progress.total === 0 ? 1 : progress.done / progress.total;
      const seconds = (now() - startedAt) / 1_000;
      if (isDrawn) {
        if (share < 1 && now() - shownAt < SHOW_EVERY_MS) return;
        shownAt = now();
        isOpen = true;
        write(`\r${label} ${bar(share)} ${figures(progress, share, seconds)}\u001B[K`);
      } else if (Math.floor(share * 10) > tenths) {
        tenths = Math.floor(share * 10);
        write(`${label} ${figures(progress, share, seconds)}\n`);
      }
    },
    end() {
      if (isOpen) write('\n');
      isOpen = false;
    },
  };
}

function bar(share: number): string {
  const full = Math.round(share * WIDTH);
  return '█'.repeat(full) + '░'.repeat(WIDTH - full);
}

function figures({ done, total, events }: Progress, share: number, seconds: number): string {
  const rate = seconds > 0 ? Math.round(events / seconds) : 0;
  const left = share > 0 ? Math.ceil((seconds / share) * (1 - share)) : 0;
  return `${Math.floor(share * 100)}% ${spaced(done)}/${spaced(total)} streams, ${spaced(events)} events, ${spaced(rate)} ev/s, ETA ${left}s`;
}

function spaced(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}
