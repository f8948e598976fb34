import { ProcessUnderTest } from '@edtech/shared-kernel/testing';

export interface ReplicaSpec {
  readonly name: string;
  /** Absolute path of the program. */
  readonly module: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
  /** Answers whether it does its work. */
  readonly ready: () => Promise<boolean>;
}

const READY_MS = 60_000;

/** One process of a role, started again whenever it ends before `stop`, as a supervisor does. */
export class Replica {
  readonly name: string;
  /** How often it ended without being asked to. */
  deaths = 0;
  #process: ProcessUnderTest | undefined;
  readonly #earlier: string[] = [];
  #stopping = false;
  #alive = false;
  #life: Promise<void> = Promise.resolve();
  #died: (by: NodeJS.Signals | null) => void = () => undefined;

  constructor(
    private readonly spec: ReplicaSpec,
    private readonly log: (line: string) => void,
  ) {
    this.name = spec.name;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Whether there is a process at this moment. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Starts it and keeps it alive. Resolves when it is ready for the first time. */
  async start(): Promise<void> {
    this.#stopping = false;
    await this.#run();
  }

  async untilReady(): Promise<void> {
    for (const until = Date.now() + READY_MS; ;) {
      if (await this.spec.ready().catch(() => false)) return;
      if (Date.now() > until) throw new Error(`${this.name} was not ready within ${READY_MS} ms:\n${this.lastWords}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Resolves when there is a process, whatever it can do already. */
  async untilStarted(): Promise<void> {
    while (!this.#alive) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** To what runs now; see the preload, which takes it as soon as it is loaded. */
  send(message: { readonly crashAt: string | undefined }): void {
    this.#process?.send(message);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  pause(): void {
    this.#process?.pause();
  }

  resume(): void {
    this.#process?.resume();
  }

  /** The next time it ends by itself: the signal that ended it, if there was one. */
  async nextDeath(): Promise<NodeJS.Signals | null> {
    return new Promise((resolve) => {
      this.#died = resolve;
    });
  }

  /** Asks it to end and starts it again; answers the exit code of the one that ended. */
  async roll(): Promise<number | null> {
    const process = this.#process;
    if (process === undefined) return null;
    process.kill('SIGTERM');
    const { code } = await process.exited;
    return code;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#process?.stop();
    await this.#life;
  }

  /** Everything that its incarnations have printed, as far as it was kept. */
  get output(): string {
    return [...this.#earlier, this.lastWords].join('\n');
  }

  get lastWords(): string {
    return this.#process?.lastWords ?? '';
  }

  async #run(): Promise<void> {
    const { name, module, args = [], env, execArgv = [] } = this.spec;
    const process = await ProcessUnderTest.start({ name, module, args, execArgv, env });
    this.#process = process;
    this.#alive = true;
    this.#life = process.exited.then(async ({ code, signal }) => {
      this.#alive = false;
      if (this.#stopping) return;
      this.deaths++;
      this.#earlier.push(process.lastWords);
      if (this.#earlier.length > 20) this.#earlier.shift();
      this.log(`${name} ended (${signal ?? code})${signal === null && code !== 0 ? `: ${process.lastWords}` : ''}`);
      this.#died(signal);
      await this.#run().catch((error: unknown) => this.log(String(error)));
    });
    if (this.deaths === 0) await this.untilReady();
  }
}
