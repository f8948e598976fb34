import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { crashpoint } from '../../application/crashpoint.ts';
import { fullJitter } from '../../application/failure-policy.ts';
import type { IdempotencyStore, StoredAnswer } from '../../application/idempotency-store.ts';
import { Refusal } from '../../application/refusal.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import { ConcurrencyConflict, DomainError, PreconditionFailed } from '../../domain/domain.error.ts';
import { isRollbackToRepeat } from '../database/pg-errors.ts';
import { IdempotencyKeyTaken } from '../database/unit-of-work.errors.ts';
import type { CommandUnit } from './command-unit.ts';
import { IdempotencyKeyReused, RequestInFlight, ValidationFailed } from './edge.errors.ts';
import { answersSecrets } from './secret-answer.decorator.ts';

const KEY = /^[A-Za-z0-9_-]{8,128}$/;
const ATTEMPTS = 3;
const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Runs every changing request in a unit of work. A lost race is decided again, three times in all, unless the caller sent If-Match: then it
 * is 412. With an Idempotency-Key the answer commits with the effects, and the same request of the same principal gets that answer again;
 * an error changes nothing and is not kept. A `Refusal` is an error that changes something; a `SecretAnswer` is not kept.
 */
export class CommandInterceptor implements NestInterceptor {
  readonly #inFlight = new Set<string>();

  constructor(
    private readonly unit: CommandUnit,
    private readonly answers: IdempotencyStore,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (READS.has(request.method)) return next.handle();
    const handle = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    const key = request.headers['idempotency-key'];
    if (key === undefined || answersSecrets(context.getHandler())) return from(this.#attempt(request, handle));
    return from(this.#once(String(key), request, http.getResponse<FastifyReply>(), handle));
  }

  async #once(key: string, request: FastifyRequest, reply: FastifyReply, handle: () => Promise<unknown>): Promise<unknown> {
    if (!KEY.test(key)) {
      throw new ValidationFailed([{ path: 'Idempotency-Key', message: 'must be 8 to 128 letters, digits, _ or -' }]);
    }
    const principal = request.principal?.id ?? 'anonymous';
    const slot = `${key} ${principal}`;
    if (this.#inFlight.has(slot)) throw new RequestInFlight();
    this.#inFlight.add(slot);
    try {
      const bodyHash = hash('sha256', `${request.method} ${request.url}\n${canonicalJson(request.body)}`);
      const known = await this.answers.find(principal, key);
      if (known !== undefined) return replay(known, bodyHash, reply);
      crashpoint('idem.after-claim');
      try {
        const answer = await this.#attempt(request, async () => {
          const result = await handle();
          if (result instanceof Refusal) return result;
          const response = result === undefined ? '' : JSON.stringify(result);
          this.unit.respond({ principal, key, bodyHash, status: reply.statusCode, response });
          return result;
        });
        crashpoint('idem.after-result');
        return answer;
      } catch (error) {
        if (!(error instanceof IdempotencyKeyTaken) && !(error instanceof DomainError)) throw error;
        const winner = await this.answers.find(principal, key);
        if (winner === undefined) throw error instanceof DomainError ? error : new RequestInFlight();
        return replay(winner, bodyHash, reply);
      }
    } finally {
      this.#inFlight.delete(slot);
    }
  }

  async #attempt(request: FastifyRequest, work: () => Promise<unknown>): Promise<unknown> {
    const result = await this.#committed(request, work);
    if (result instanceof Refusal) throw result.error;
    return result;
  }

  async #committed(request: FastifyRequest, work: () => Promise<unknown>): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      crashpoint('cmd.begin');
      try {
        return await this.unit.run(work);
      } catch (error) {
        if (error instanceof ConcurrencyConflict && request.headers['if-match'] !== undefined) {
          throw new PreconditionFailed(error.stream, error.expected, error.actual);
        }
        if (attempt === ATTEMPTS || !(error instanceof ConcurrencyConflict || isRollbackToRepeat(error))) throw error;
        await delay(fullJitter(attempt, 10, 100));
      }
    }
  }
}

function replay(answer: StoredAnswer, bodyHash: string, reply: FastifyReply): unknown {
  if (answer.bodyHash !== bodyHash) throw new IdempotencyKeyReused();
  reply.code(answer.status).header('idempotency-replayed', 'true');
  return answer.response === '' ? undefined : JSON.parse(answer.response);
}
