import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { problemOf } from './problem.ts';
import type { ProblemCodes } from './problem-codes.ts';

/** The only place where an error becomes an answer; what is our fault is logged here. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly codes: ProblemCodes,
    private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const correlationId = request.messageContext?.correlationId ?? uuidv7();
    const { problem, retryAfterSeconds } = problemOf(error, correlationId, this.codes);
    if (problem.status >= 500) this.logger.error({ err: error, correlationId, code: problem.code }, 'request failed');
    if (reply.sent) return;
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
