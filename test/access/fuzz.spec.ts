import { services } from '@edtech/platform';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from './callers.ts';
import type { Operation } from './operations.ts';
import { awkwardText, bodyOf } from './near-values.ts';
import { valueOf } from './values-of.ts';

/** `CASES=50000` for a release. */
const CASES = Number(process.env['CASES'] ?? 300);
/** Always the same, so that a run that turns red tells of the change; `SEED=$RANDOM` breaks new ground. */
const SEED = Number(process.env['SEED'] ?? 1);
const SLOWEST_MS = 5_000;
/** What only a database, a runtime or a file system says. */
const INSIDES = /at \S+ \(|node_modules|\.ts:\d|SELECT |INSERT |syntax error|relation "|violates|ECONN|node:internal/;
const NAMES = services.map(({ definition }) => definition.name);

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.world.stopWorkers();
}, 120_000);
afterAll(() => stage.close());

interface Request {
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Record<string, string>;
}

/** A token of a service counts for a minute only. */
class FreshToken {
  #token: string | undefined;
  #madeAt = -Infinity;

  constructor(private readonly operation: Operation) {}

  async get(): Promise<string | undefined> {
    if (performance.now() - this.#madeAt > 20_000) {
      this.#token = await stage.tokenOfAdmitted(this.operation);
      this.#madeAt = performance.now();
    }
    return this.#token;
  }
}

function requestsTo(operation: Operation): fc.Arbitrary<Request> {
  const { caller, which } = stage.admitted(operation);
  const known = stage.pathOf(operation, caller, which);
  const { parameters, named } = operation;
  const path = fc.record(
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name, schema }) => [
          name,
          fc.oneof(
            { weight: 6, arbitrary: fc.constant(known[name] ?? 'none') },
            { weight: 2, arbitrary: valueOf(schema, named).map(String) },
            { weight: 1, arbitrary: awkwardText.filter((text) => text !== '') },
          ),
        ]),
    ),
  );
  const query = fc.record(
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, schema }) => [
          name,
          fc.oneof({ weight: 3, arbitrary: valueOf(schema, named).map(String) }, { weight: 1, arbitrary: awkwardText }),
        ]),
    ),
    { requiredKeys: [] },
  );
  const more = fc.option(fc.tuple(awkwardText, awkwardText), { nil: undefined, freq: 10 });
  const headers = fc.record(
    {
      'if-match': fc.constantFrom('"1"', '*', 'W/"1"', '"x"', "'", '"99999999999"'),
      'idempotency-key': fc.constantFrom('abcdefgh', 'x', "' OR 1=1", 'k'.repeat(200)),
      'x-correlation-id': fc.constantFrom('corr-12345', "'; --", 'x'.repeat(300)),
    },
    { requiredKeys: [] },
  );
  const body = operation.body === undefined || operation.isUpload ? fc.constant(undefined) : bodyOf(operation.body, named);
  return fc.tuple(path, query, more, headers, body).map(([values, search, extra, head, text]) => ({
    url: addressOf(operation, values, search, extra),
    headers: head,
    body: text,
  }));
}

function addressOf(
  { path }: Operation,
  values: Readonly<Record<string, string | undefined>>,
  query: Readonly<Record<string, string | undefined>>,
  more: readonly [string, string] | undefined,
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => escaped(values[name] ?? ''));
  const search = [...Object.entries(query), ...(more === undefined ? [] : [more])].map(
    ([name, value = '']) => `${escaped(name)}=${escaped(value)}`,
  );
  return search.length === 0 ? filled : `${filled}?${search.join('&')}`;
}

/** As `encodeURIComponent`, which throws at half a pair; the bytes go out as somebody hostile would send them. */
function escaped(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : `%ED%A0%80${encodeURIComponent(text.toWellFormed())}`;
}

describe.each(NAMES)('%s', (service) => {
  test(`survives ${CASES} requests to each of its operations that fit their schemas or nearly do`, async () => {
    // The kernel's routes are the same everywhere: one service stands for all.
    const fuzzed = stage.operationsIn(service).filter(({ path }) => service === NAMES[0] || !path.startsWith('/ops/'));
    const faults: string[] = [];
    let succeeded = 0;
    for (const operation of fuzzed) {
      const seen = new Set<number>();
      const hasInput = operation.parameters.some((parameter) => parameter.in !== 'header') || operation.body !== undefined;
      const token = new FreshToken(operation);
      const details = await fc.check(
        fc.asyncProperty(requestsTo(operation), async (request) => {
          const startedAt = performance.now();
          const answer = await stage.world.send(service, operation.method, request.url, { token: await token.get(), ...request });
          const tookMs = performance.now() - startedAt;
          seen.add(Math.floor(answer.status / 100));
          const isProblem = answer.status < 400 || String(answer.headers['content-type']).startsWith('application/problem+json');
          if (answer.status >= 500 || tookMs > SLOWEST_MS || !isProblem || (answer.status >= 400 && INSIDES.test(answer.text)))
            throw new Error(`${answer.status} after ${Math.round(tookMs)} ms: ${answer.text.slice(0, 300)}`);
        }),
        { numRuns: hasInput ? CASES : Math.ceil(CASES / 10), seed: SEED },
      );
      if (seen.has(2)) succeeded++;
      if (details.failed) {
        const [request] = details.counterexample ?? [];
        const { seed, counterexamplePath, errorInstance } = details;
        faults.push(
          `${operation.name} seed ${seed} path ${counterexamplePath}: ${String(errorInstance)} for ${JSON.stringify(request)?.slice(0, 600)}`,
        );
      }
    }
    expect(faults).toEqual([]);
    // Otherwise the requests would not get past the door.
    expect(succeeded).toBeGreaterThan(fuzzed.length / 2);
    expect((await stage.world.send(service, 'GET', '/health/live')).status).toBe(200);
  }, 600_000);
});
