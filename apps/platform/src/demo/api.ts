import { randomUUID } from 'node:crypto';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** A JSON value whose shape the caller checks by looking. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface RequestOptions {
  readonly token?: string;
  readonly body?: Json;
  /** Instead of a body: sent as it is, byte by byte, or as a form. */
  readonly raw?: string | FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

const MOST_ATTEMPTS = 10;
const LATER = new Set([429, 503]);

/**
 * Real HTTP calls to the gateway. Every request gets a correlation id and, if it changes something, an Idempotency-Key of its own unless the
 * headers name one; so after an answer 503 or 429 it is repeated when that answer says. A body that is no JSON is answered as its text.
 */
export class Api {
  constructor(readonly url: string) {}

  async call(method: string, path: string, { token, body, raw, headers }: RequestOptions = {}): Promise<Answer> {
    const request = {
      method,
      headers: {
        'x-correlation-id': randomUUID(),
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(raw === undefined ? {} : { body: raw }),
    };
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(`${this.url}${path}`, { ...request, signal: AbortSignal.timeout(15_000) });
      const text = await answer.text();
      const wait = Number(answer.headers.get('retry-after') ?? 0);
      if (!LATER.has(answer.status) || wait === 0 || attempt === MOST_ATTEMPTS) {
        return { status: answer.status, headers: answer.headers, body: bodyOf(answer.headers, text) };
      }
      await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
    }
  }
}

function bodyOf(headers: Headers, text: string): Json {
  if (text === '') return null;
  return /\bjson\b/.test(headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}

/** Follows `path` (`items.0.name`) into a value; undefined where it ends. */
export function at(value: Json, path: string): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = Object.entries(here).find(([name]) => name === key)?.[1];
  }
  return here;
}

export function textAt(value: Json, path: string): string {
  const found = at(value, path);
  return typeof found === 'string' ? found : '';
}

export function listAt(value: Json, path: string): readonly Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

export function itemsOf(value: Json): readonly Json[] {
  return listAt(value, 'items');
}

/** Looks through a list, page by page, until an item fits. */
export async function itemOf(api: Api, path: string, token: string, fits: (item: Json) => boolean): Promise<Json | undefined> {
  for (let cursor = ''; ;) {
    const { body } = await api.call('GET', `${path}${cursor}`, { token });
    const found = itemsOf(body).find(fits);
    const next = textAt(body, 'next');
    if (found !== undefined || next === '') return found;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}
