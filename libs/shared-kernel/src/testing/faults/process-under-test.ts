import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const KEPT_LINES = 200;
const KEPT_PER_LINE = 2_000;
const PROBE_EVERY_MS = 20;
/** After the exit the pipes may still hold the last lines; a grandchild that keeps them open must not keep us waiting. */
const PIPES_CLOSE_MS = 500;
/** Ends a child whose parent is gone; unref, for a child that has nothing to do is to end by itself. */
const END_WITH_PARENT = "process.once('disconnect',()=>process.exit(1));process.channel?.unref()";

export interface ProcessOptions {
  readonly name: string;
  /** The program: a path, or a URL with `file:`. */
  readonly module: string;
  readonly args?: readonly string[];
  /** The whole environment of the process; that of this one when left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Options of Node. */
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A Node program in a process of its own, to be killed, stopped and paused. It ends with the process that started it, even by SIGKILL; on Linux
 * with setpriv also while it is paused or busy. There, start it from a thread that lives as long as the process is to live.
 */
export class ProcessUnderTest {
  /** Settles once the process is gone. Never rejects. */
  readonly exited: Promise<Exit>;
  readonly #lines: string[] = [];
  #exit: Exit | undefined;

  private constructor(
    readonly name: string,
    readonly pid: number,
    private readonly child: ChildProcess,
  ) {
    const closed = new Promise((resolve) => child.once('close', resolve));
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) this.#keepLines(stream);
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal };
        void Promise.race([closed, sleep(PIPES_CLOSE_MS, undefined, { ref: false })]).then(() => resolve({ code, signal }));
      });
    });
    child.on('error', () => undefined);
  }

  /** Throws when there is no process to start; whether the program works shows in `untilReady`. */
  static async start({ name, module, args = [], env, execArgv = [], cwd }: ProcessOptions): Promise<ProcessUnderTest> {
    const preload = ['--import', `data:text/javascript,${encodeURIComponent(END_WITH_PARENT)}`];
    const [file = '', ...rest] = [...diesWithParent(), process.execPath, ...preload, ...execArgv, module, ...args];
    const child = spawn(file, rest, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      ...(env !== undefined && { env }),
      ...(cwd !== undefined && { cwd }),
    });
    const { pid } = child;
    if (pid === undefined) {
      const [error] = await once(child, 'error');
      throw error;
    }
    return new ProcessUnderTest(name, pid, child);
  }

  /** The last lines of its output. */
  get lastWords(): string {
    return this.#lines.join('\n');
  }

  /** Asks until the answer is yes; a probe that throws says no. Throws ProcessNotReady at once when the process ends, else after `timeoutMs`. */
  async untilReady(probe: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const giveUp = new AbortController();
    const ends = this.exited.then(({ code, signal }) => `ended (${signal ?? `exit code ${code}`})`);
    const late = sleep(timeoutMs, `was not ready within ${timeoutMs} ms`, { signal: giveUp.signal });
    const ready = this.#ask(probe, giveUp.signal);
    try {
      const failure = await Promise.race([ends, late, ready]);
      if (failure !== undefined) throw new ProcessNotReady(this.name, failure, this.lastWords);
    } finally {
      giveUp.abort();
    }
  }

  /** Takes effect on a paused process only when the signal is SIGKILL. Without effect once it is gone. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (this.#exit === undefined) this.child.kill(signal);
  }

  /** For a `process.on('message')` of the program. Kept until somebody listens there, and without effect once it is gone. */
  send(message: object): void {
    if (this.#exit === undefined && this.child.connected) this.child.send(message, () => undefined);
  }

  /** As if the machine stood still: nothing runs, connections stay. */
  pause(): void {
    this.kill('SIGSTOP');
  }

  resume(): void {
    this.kill('SIGCONT');
  }

  /** SIGTERM, to a paused process as well, and after `limitMs` SIGKILL. Safe to repeat. */
  async stop(limitMs = 25_000): Promise<Exit> {
    this.kill('SIGTERM');
    this.resume();
    const impatient = setTimeout(() => this.kill('SIGKILL'), limitMs);
    try {
      return await this.exited;
    } finally {
      clearTimeout(impatient);
    }
  }

  async #ask(probe: () => Promise<boolean>, giveUp: AbortSignal): Promise<undefined> {
    while (!giveUp.aborted) {
      if (await probe().catch(() => false)) return;
      await sleep(PROBE_EVERY_MS);
    }
  }

  #keepLines(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line.slice(0, KEPT_PER_LINE));
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    });
  }
}

export class ProcessNotReady extends Error {
  readonly code = 'PROCESS_NOT_READY';

  constructor(
    readonly process: string,
    readonly reason: string,
    readonly lastWords: string,
  ) {
    super(`${process} ${reason}; its last words:\n${lastWords}`);
    this.name = 'ProcessNotReady';
  }
}

let setpriv: readonly string[] | undefined;

/** What goes before a command so that the kernel of Linux kills it when the thread that started it ends; nothing where setpriv is missing. */
function diesWithParent(): readonly string[] {
  const before = ['--pdeathsig', 'KILL', '--'];
  const works = (): boolean => spawnSync('setpriv', [...before, 'true'], { timeout: 10_000 }).status === 0;
  setpriv ??= process.platform === 'linux' && works() ? ['setpriv', ...before] : [];
  return setpriv;
}
