import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What a client asked for. */
export interface ClientRequest {
  readonly client: string;
  /** For example `append`, `read`, `transfer`. */
  readonly op: string;
  /** What it acts on: a stream, an account, a row. */
  readonly key: string;
  readonly value?: unknown;
  /** The version that the client expected to find, when it asked for one. */
  readonly expected?: number;
}

/** One request from the client's side. Times are microseconds of the machine's monotonic clock, on Linux the same for all its processes. */
export interface Operation extends ClientRequest {
  readonly invokedAt: number;
  /** Nothing when no answer came: the process of the client has ended. */
  readonly returnedAt?: number;
  /** `ok`: it took effect. `fail`: it has none and will have none. `info`: nobody knows, now and for ever. */
  readonly outcome: 'ok' | 'fail' | 'info';
  /** What came back, for example the list that was read, or the reason of a failure. */
  readonly result?: unknown;
}

/** Ends an operation; call one of the three, once. */
export interface Invocation {
  ok(result?: unknown): void;
  /** Only for an answer that rules the effect out. A timeout or a broken connection is `info`. */
  fail(reason?: unknown): void;
  info(reason?: unknown): void;
}

type Line =
  | { readonly id: string; readonly invoke: ClientRequest; readonly at: number }
  | { readonly observe: ClientRequest; readonly from: number; readonly at: number; readonly result?: unknown }
  | { readonly id: string; readonly return: Operation['outcome']; readonly at: number; readonly result?: unknown };

/** What clients asked a system for and what they were told, to be judged afterwards. */
abstract class History {
  readonly #writer = randomUUID();
  #invocations = 0;

  /** Call it right before the request is sent; what came back is told to the answer of this call. */
  invoke(request: ClientRequest): Invocation {
    const id = `${this.#writer}/${++this.#invocations}`;
    const end = (outcome: Operation['outcome'], result: unknown): void =>
      this.write({ id, return: outcome, at: now(), ...(result !== undefined && { result }) });
    this.write({ id, invoke: request, at: now() });
    return {
      ok: (result) => end('ok', result),
      fail: (reason) => end('fail', reason),
      info: (reason) => end('info', reason),
    };
  }

  /**
   * For a request without an effect, such as a read: it costs one line, when it has returned. Call it right before the request is sent, and what it
   * answers with the result; a request that never returns would tell nothing and is left out.
   */
  observe(request: ClientRequest): (result?: unknown) => void {
    const from = now();
    return (result) => this.write({ observe: request, from, at: now(), ...(result !== undefined && { result }) });
  }

  protected abstract write(line: Line): void;
}
export type { History };

export class InMemoryHistory extends History {
  readonly #lines: Line[] = [];

  /** In the order of their invocation. What has not returned is `info`. */
  get operations(): Operation[] {
    return pair(this.#lines);
  }

  protected override write(line: Line): void {
    this.#lines.push(line);
  }
}

/**
 * A history as NDJSON, appended line by line: a line is in the file before the call returns, and stays there when the process is killed (not when
 * the machine loses power). A file belongs to one process at a time; the next one may go on with it.
 */
export class HistoryFile extends History {
  readonly #file: number;

  constructor(path: string) {
    super();
    this.#file = openSync(path, 'a');
    // A predecessor that was killed while it wrote has left half a line.
    appendFileSync(this.#file, '\n');
  }

  close(): void {
    closeSync(this.#file);
  }

  protected override write(line: Line): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** The operations of several files, in the order of their invocation. An operation without a return is `info`. */
export async function readHistory(paths: readonly string[]): Promise<Operation[]> {
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return pair(texts.flatMap((text) => text.split('\n')).flatMap(parsed));
}

/** A line that is cut off says nothing: without its invocation the request was not sent yet, without its return the outcome is unknown. */
function parsed(text: string): Line[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function pair(lines: readonly Line[]): Operation[] {
  const operations = new Map<string, Operation>();
  const observed: Operation[] = [];
  for (const line of lines) {
    if ('observe' in line) {
      const result = 'result' in line && { result: line.result };
      observed.push({ ...line.observe, invokedAt: line.from, returnedAt: line.at, outcome: 'ok', ...result });
    } else if ('invoke' in line) operations.set(line.id, { ...line.invoke, invokedAt: line.at, outcome: 'info' });
    else {
      const invoked = operations.get(line.id);
      if (invoked === undefined) throw new Error(`a return without its invocation: ${line.id}`);
      if (invoked.returnedAt !== undefined)
        throw new Error(`${invoked.op} of ${invoked.client} on ${invoked.key} has returned twice`);
      const result = 'result' in line && { result: line.result };
      operations.set(line.id, { ...invoked, returnedAt: line.at, outcome: line.return, ...result });
    }
  }
  return [...operations.values(), ...observed].toSorted((a, b) => a.invokedAt - b.invokedAt);
}

function now(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
