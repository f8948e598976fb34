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
    for (;;) {
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
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  expect(what: string, holds: boolean, shown: unknown): void {
    if (!holds) throw new NotSeen(what, JSON.stringify(shown));
    this.saw(what);
  }
}
