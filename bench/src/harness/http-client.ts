import { connect, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import type { Sample } from './measure.ts';

/** What the load generator, a worker thread, is asked for. */
export interface HttpLoad {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  readonly connections: number;
  readonly ms: number;
  /** Starts every key of this round. */
  readonly keys: string;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LENGTH = /content-length: (\d+)/i;

/** A keep-alive connection that sends a request when the last one was answered: node:http would be slower than what it measures. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((status: number) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#failed?.(error));
    this.#socket.on('close', () => this.#failed?.(new Error('the server closed the connection')));
  }

  send(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = end + END_OF_HEAD.length + Number(LENGTH.exec(head)?.[1] ?? 0);
    if (this.#received.length < length) return;
    this.#received = Buffer.alloc(0);
    this.#answered?.(Number(head.slice(9, 12)));
  }
}

async function load({ port, path, body, connections, ms, keys }: HttpLoad): Promise<Sample> {
  const latencies: number[] = [];
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nidempotency-key: ${keys}-`;
  let requests = 0;
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    const connection = new Connection(port);
    for (let at = performance.now(); at - startedAt < ms;) {
      const status = await connection.send(`${head}${requests++}\r\n\r\n${body}`);
      if (status !== 201) throw new Error(`POST ${path} was answered ${status}`);
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, client));
  return { ops: latencies.length, seconds: (performance.now() - startedAt) / 1_000, latencies };
}

const work: HttpLoad = workerData;
parentPort?.postMessage(await load(work));
