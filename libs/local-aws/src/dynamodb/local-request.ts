import { IncomingMessage, ServerResponse, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import type { Reply } from '../http/reply.ts';

/** A request for an HTTP handler in this process, with its body already read: nothing the client does can fail it midway. */
export function localRequest(headers: IncomingHttpHeaders, body: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = 'POST';
  request.url = '/';
  request.headers = headers;
  request.push(body);
  request.push(null);
  return request;
}

/** Keeps what the handler answers instead of sending it. */
export class LocalResponse extends ServerResponse {
  private readonly done = Promise.withResolvers<Reply>();

  get reply(): Promise<Reply> {
    return this.done.promise;
  }

  override end(content?: unknown): this {
    const headers = Object.entries(this.getHeaders()).map(([name, value]) => [name, String(value)]);
    this.done.resolve({
      status: this.statusCode,
      headers: Object.fromEntries(headers),
      body: typeof content === 'string' ? content : '',
    });
    return this;
  }
}
