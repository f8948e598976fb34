import type { LampApp } from './lamp-app.fixture.ts';

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Sends one request to a service; a body that is a string goes out as it is. */
export async function send(
  service: LampApp,
  method: 'GET' | 'POST' | 'PATCH',
  url: string,
  { token, body, headers = {} }: Call = {},
) {
  const response = await service.app.inject({
    method,
    url,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = response.body;
  const json: unknown = text.startsWith('{') ? JSON.parse(text) : undefined;
  return { status: response.statusCode, headers: response.headers, text, json };
}
