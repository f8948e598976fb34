import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOST, type Reply } from './reply.ts';

export type Route = (request: IncomingMessage, body: string, signal: AbortSignal) => Promise<Reply | typeof LOST>;

/** DynamoDB accepts the largest requests of the three: 16 MB. */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

/** The one listener on 127.0.0.1. */
export class Front {
  private readonly server: Server;
  private readonly running = new Set<Promise<void>>();
  private readonly closing = new AbortController();

  private constructor(private readonly route: Route) {
    this.server = createServer((request, response) => {
      const work = this.serve(request, response).finally(() => this.running.delete(work));
      this.running.add(work);
    });
    this.server.keepAliveTimeout = 60_000;
  }

  /** Rejects when the port is taken. */
  static async listen(port: number, route: Route): Promise<Front> {
    const front = new Front(route);
    const listening = Promise.withResolvers<void>();
    front.server.once('error', listening.reject).listen(port, '127.0.0.1', listening.resolve);
    await listening.promise;
    front.server.off('error', listening.reject);
    return front;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The listener is closed');
    return address.port;
  }

  /** Ends long polls, answers what runs, then resolves. */
  async close(): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.server.close(() => closed.resolve());
    this.closing.abort();
    await Promise.all(this.running);
    this.server.closeAllConnections();
    await closed.promise;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let body: string | undefined;
    try {
      body = await readBody(request);
    } catch {
      // the client left before its request was complete; there is nobody to answer
      return;
    }
    const signal = AbortSignal.any([gone.signal, this.closing.signal]);
    const reply = body === undefined ? tooLarge : await this.route(request, body, signal);
    if (reply === LOST) {
      request.socket.destroy();
    } else if (!response.destroyed) {
      response.writeHead(reply.status, {
        'x-amzn-requestid': randomUUID(),
        ...reply.headers,
        'content-length': Buffer.byteLength(reply.body),
      });
      response.end(reply.body);
    }
  }
}

const tooLarge: Reply = { status: 413, headers: { connection: 'close' }, body: '' };

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // read to the end in any case, else the client would see a broken connection instead of the answer
    if (size <= MAX_REQUEST_BYTES) chunks.push(bytes);
  }
  return size > MAX_REQUEST_BYTES ? undefined : Buffer.concat(chunks).toString();
}
