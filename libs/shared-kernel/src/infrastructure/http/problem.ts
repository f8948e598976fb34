import { HttpException } from '@nestjs/common';
import { Unavailable } from '../../application/unavailable.ts';
import { ConcurrencyConflict, DomainError, PreconditionFailed } from '../../domain/domain.error.ts';
import { isRollbackToRepeat, isUnavailable } from '../database/pg-errors.ts';
import { RequestRefused, ValidationFailed, type FieldError } from './edge.errors.ts';
import type { ProblemCodes } from './problem-codes.ts';

/** RFC 9457. `code` is stable, `detail` is for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string;
  readonly errors: readonly FieldError[];
  /** What a broken rule is about, by name; see the error of that code. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Version of the object the caller lost against. */
  readonly currentVersion?: number;
}

interface ProblemAnswer {
  readonly problem: Problem;
  readonly retryAfterSeconds?: number | undefined;
}

/** Refusals of the framework, by status. Their own texts repeat parts of the request and stay inside. */
const FRAMEWORK: Readonly<Record<number, readonly [code: string, detail: string]>> = {
  400: ['VALIDATION_FAILED', 'the request cannot be read; check its URL, headers and JSON'],
  401: ['UNAUTHENTICATED', 'a valid access token is needed'],
  403: ['FORBIDDEN', 'this operation is not allowed'],
  404: ['NOT_FOUND', 'there is nothing at this address; check path and method'],
  413: ['PAYLOAD_TOO_LARGE', 'the body is too large; at most 256 KiB are taken'],
  414: ['URI_TOO_LONG', 'the address is too long'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'send the body as application/json'],
  429: ['TOO_MANY_REQUESTS', 'too many requests; repeat later'],
  503: ['UNAVAILABLE', 'the service cannot answer at the moment; repeat the request'],
};
const RETRY_AFTER_SECONDS = 2;

/** What the caller is told of `error`. Nothing of an unknown error leaves the service. */
export function problemOf(error: unknown, correlationId: string, codes: ProblemCodes): ProblemAnswer {
  if (error instanceof RequestRefused) {
    const errors = error instanceof ValidationFailed ? error.errors : [];
    return {
      problem: problem(error.status, error.code, error.message, correlationId, { errors }),
      retryAfterSeconds: error.retryAfterSeconds,
    };
  }
  if (error instanceof DomainError) {
    const lost = error instanceof ConcurrencyConflict || error instanceof PreconditionFailed;
    const more = { facts: factsOf(error), ...(lost ? { currentVersion: error.actual } : {}) };
    return { problem: problem(codes.statusOf(error.code), error.code, error.message, correlationId, more) };
  }
  if (error instanceof Unavailable || isUnavailable(error) || isRollbackToRepeat(error)) return framework(503, correlationId);
  return framework(frameworkStatus(error), correlationId);
}

function factsOf(error: DomainError): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(error).filter(([name]) => name !== 'name' && name !== 'code' && name !== 'cause'));
}

function framework(status: number, correlationId: string): ProblemAnswer {
  const [code, detail] = FRAMEWORK[status] ?? ['BAD_REQUEST', 'the request was refused'];
  if (status >= 400 && status < 500) return { problem: problem(status, code, detail, correlationId) };
  if (status === 503) return { problem: problem(status, code, detail, correlationId), retryAfterSeconds: RETRY_AFTER_SECONDS };
  return {
    problem: problem(500, 'INTERNAL', 'the request failed through no fault of yours; quote the correlation id', correlationId),
  };
}

function frameworkStatus(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && error.name === 'FastifyError' && 'statusCode' in error) return Number(error.statusCode);
  return 500;
}

function problem(
  status: number,
  code: string,
  detail: string,
  correlationId: string,
  more: Partial<Pick<Problem, 'errors' | 'facts' | 'currentVersion'>> = {},
): Problem {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return {
    type: `urn:edtech:problem:${words.replaceAll(' ', '-')}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status,
    code,
    detail,
    correlationId,
    errors: [],
    ...more,
  };
}
