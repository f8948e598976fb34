import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const RESTART_MS = 500;
const STOP_MS = 25_000;

export interface ChildOptions {
  readonly name: string;
  readonly module: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

/** A program in a process of its own, started again when it dies. It ends with this process: it stops when the channel to us closes. */
export class SupervisedChild {
  #child: ChildProcess;
  #stopping = false;

  constructor(private readonly options: ChildOptions) {
    this.#child = this.#start();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(deadline);
  }

  #start(): ChildProcess {
    const { name, module, args = [], env, log } = this.options;
    const child = fork(module, [...args], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      log(`${name} ended (${signal ?? code}); starting it again`);
      setTimeout(() => {
        if (!this.#stopping) this.#child = this.#start();
      }, RESTART_MS);
    });
    return child;
  }
}

/** Resolves when `url` answers below 500. Throws an error with the name after the time limit. */
export async function untilAnswers(name: string, url: string, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer !== undefined && answer.status < 500) return;
    if (Date.now() > until)
      throw new Error(`${name} did not answer at ${url} within ${timeoutMs / 1_000} s; its output above says why`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
