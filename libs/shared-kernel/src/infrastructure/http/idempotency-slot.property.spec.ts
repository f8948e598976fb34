import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import fc from 'fast-check';
import { lastValueFrom, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { CommandInterceptor } from './command.interceptor.ts';
import { InMemoryCommandUnit } from './in-memory-command-unit.ts';

interface Caller {
  readonly principal: string;
  readonly key: string;
}

/** One letter and few lengths, so that what was meant for the key and what for the principal meet. */
const principal = fc.string({ unit: fc.constantFrom('a', ' '), minLength: 1, maxLength: 4 });
const key = fc.string({ unit: fc.constant('a'), minLength: 8, maxLength: 11 });

/** The request of a caller, up to the point where its handler runs; `finish` lets it answer. */
function send(interceptor: CommandInterceptor, { principal, key }: Caller): { finish(): void; answer: Promise<unknown> } {
  const request = { method: 'POST', url: '/lamps', body: {}, headers: { 'idempotency-key': key }, principal: { id: principal } };
  const reply = { statusCode: 201, code: () => reply, header: () => reply };
  const handled = new Subject<unknown>();
  const answer = lastValueFrom(
    interceptor.intercept(new ExecutionContextHost([request, reply], Object, send), { handle: () => handled }),
  );
  return {
    answer,
    finish: () => {
      handled.next({ principal, key });
      handled.complete();
    },
  };
}

test('A10 F8 a key in flight, and its stored answer, concern the same key of the same principal and nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.record({ principal, key }), fc.record({ principal, key }), async (one, other) => {
      const same = one.principal === other.principal && one.key === other.key;
      const unit = new InMemoryCommandUnit();
      const interceptor = new CommandInterceptor(unit, unit);
      const first = send(interceptor, one);
      const second = send(interceptor, other);
      const outcomes = Promise.allSettled([first.answer, second.answer]);
      await new Promise((resolve) => setImmediate(resolve));
      first.finish();
      second.finish();
      expect(await outcomes).toMatchObject([
        { status: 'fulfilled', value: one },
        same ? { status: 'rejected', reason: { code: 'REQUEST_IN_FLIGHT' } } : { status: 'fulfilled', value: other },
      ]);
      const again = send(interceptor, other);
      again.finish();
      expect(await again.answer).toEqual(other);
    }),
    { numRuns: 500 },
  );
});
