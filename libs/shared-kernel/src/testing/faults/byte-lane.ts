import type { Socket } from 'node:net';

interface Waiting {
  /** Nothing is the end of the stream. */
  readonly chunk: Buffer | undefined;
  readonly dueAt: number;
}

/** One direction of a proxied connection: bytes and the end of the stream go on in their order, each after its delay; while held, nothing is read or written. */
export class ByteLane {
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #held = false;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
  ) {
    to.on('drain', () => this.#pump());
    to.on('close', () => clearTimeout(this.#timer));
  }

  push(chunk: Buffer | undefined, delayMs: number): void {
    const before = this.#waiting.at(-1)?.dueAt ?? 0;
    this.#waiting.push({ chunk, dueAt: Math.max(before, performance.now() + delayMs) });
    this.#pump();
  }

  hold(): void {
    this.#held = true;
    this.#pump();
  }

  release(): void {
    this.#held = false;
    this.#pump();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    while (!this.#held && !this.to.destroyed && !this.to.writableNeedDrain) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      const early = next.dueAt - performance.now();
      if (early > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(early));
        break;
      }
      this.#waiting.shift();
      if (next.chunk === undefined) this.to.end();
      else this.to.write(next.chunk);
    }
    if (this.#held || this.to.writableNeedDrain) this.from.pause();
    else this.from.resume();
  }
}
