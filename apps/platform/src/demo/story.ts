import { styleText } from 'node:util';

/** Something the demo expected was not seen. */
export class NotSeen extends Error {
  constructor(what: string, shown: string) {
    super(`expected ${what}; saw ${shown}`);
    this.name = 'NotSeen';
  }
}

/** Whoever waits longer is told for what. */
const TELL_EVERY_MS = 5_000;
/** What comes at once is seen at once, and what takes long is not asked for more often than a rate limit allows. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;

/** Tells what happens, and what was seen of it, to a person at a terminal. */
export class Story {
  #chapters = 0;
  readonly startedAt = performance.now();

  constructor(private readonly write: (text: string) => void) {}

  chapter(title: string): void {
    this.write(`\n${styleText(['bold', 'cyan'], `${++this.#chapters}. ${title}`)}\n`);
  }

  says(text: string): void {
    for (const line of text.split('\n')) this.write(`   ${line}\n`);
  }

  saw(text: string): void {
    this.write(`   ${styleText('green', '✔')} ${text}\n`);
  }

  /** Looks again and again until `look` answers something, at most `seconds`; then tells it. Throws NotSeen. */
  async sees<T>(what: string, look: () => Promise<T | undefined>, seconds = 20): Promise<T> {
    const startedAt = performance.now();
    let tellAt = TELL_EVERY_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS)) {
      const found = await look();
      if (found !== undefined) {
        this.saw(`${what} ${styleText('dim', `(${Math.round(performance.now() - startedAt)} ms)`)}`);
        return found;
      }
      if (performance.now() - startedAt > seconds * 1_000) throw new NotSeen(what, `nothing like it within ${seconds} s`);
      if (performance.now() - startedAt > tellAt) {
        this.says(styleText('dim', `… not yet, after ${tellAt / 1_000} s of at most ${seconds}: ${what}`));
        tellAt += TELL_EVERY_MS;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  expect(what: string, holds: boolean, shown: unknown): void {
    if (!holds) throw new NotSeen(what, JSON.stringify(shown));
    this.saw(what);
  }
}
