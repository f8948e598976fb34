import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest's own messages in the service's log. The last argument that Nest adds is the part that speaks. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...more: unknown[]): void {
    this.#write('info', message, more);
  }
  error(message: unknown, ...more: unknown[]): void {
    this.#write('error', message, more);
  }
  warn(message: unknown, ...more: unknown[]): void {
    this.#write('warn', message, more);
  }
  debug(message: unknown, ...more: unknown[]): void {
    this.#write('debug', message, more);
  }
  verbose(message: unknown, ...more: unknown[]): void {
    this.#write('trace', message, more);
  }
  fatal(message: unknown, ...more: unknown[]): void {
    this.#write('fatal', message, more);
  }

  #write(level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', message: unknown, more: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const part = more.pop();
    const err = message instanceof Error ? message : more.find((item) => item instanceof Error);
    const stack = more.find((item) => typeof item === 'string');
    const facts = { part, ...(err === undefined ? {} : { err }), ...(stack === undefined ? {} : { stack }) };
    if (typeof message === 'string') this.logger[level](facts, message);
    else if (message instanceof Error) this.logger[level](facts, message.message);
    else this.logger[level]({ ...facts, message });
  }
}
