import type { IncomingHttpHeaders } from 'node:http';

export interface ApiRequest {
  operation: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Aborts when the client is gone or the service closes. */
  signal: AbortSignal;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The work is done and the client will not hear of it: its connection is reset. */
export const LOST = Symbol('reply lost');

export type Api = (request: ApiRequest) => Promise<Reply | typeof LOST>;
