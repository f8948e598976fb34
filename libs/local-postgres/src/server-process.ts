import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Invocation } from './identity.ts';
import { PostgresStopFailed } from './postgres.errors.ts';
import { happensWithin } from './wait.ts';

const KEPT_LINES = 20;

export class ServerProcess {
  /** Settles, with how it ended, once the process is gone. */
  readonly ended: Promise<string>;
  private readonly child: ChildProcess;
  private readonly lastLines: string[] = [];
  private running = true;
  private stopping = false;

  constructor({ file, args, ...user }: Invocation, folder: string, env: Record<string, string>, log: (line: string) => void) {
    this.child = spawn(file, args, {
      ...user,
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      // In a group of its own Ctrl-C does not reach it: the services finish before their database stops.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    if (this.child.stderr !== null) {
      createInterface({ input: this.child.stderr }).on('line', (line) => {
        this.lastLines.push(line);
        if (this.lastLines.length > KEPT_LINES) this.lastLines.shift();
        log(line);
      });
    }
    this.ended = new Promise<string>((resolve) => {
      this.child.once('error', (error) => resolve(error.message));
      this.child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    }).then((how) => {
      this.running = false;
      if (!this.stopping) log(`the server process ended (${how})`);
      return how;
    });
  }

  get pid(): number | undefined {
    return this.running ? this.child.pid : undefined;
  }

  get lastWords(): string {
    return this.lastLines.join('\n');
  }

  /** Fast shutdown, then an immediate one; throws PostgresStopFailed when neither works. Safe to repeat. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const [signal, patience] of [
      ['SIGINT', 30_000],
      ['SIGQUIT', 5_000],
    ] as const) {
      if (!this.running) return;
      this.child.kill(signal);
      if (await happensWithin(this.ended, patience)) return;
    }
    throw new PostgresStopFailed(this.child.pid ?? 0, this.lastWords);
  }
}
