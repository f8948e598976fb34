import { pino, type DestinationStream, type Logger } from 'pino';
import { messageContextOrNone } from '../../application/message-context.ts';
import { redactor } from './redactor.ts';
import { errorText } from './safe-text.ts';

interface LoggerOptions {
  readonly service: string;
  readonly level: string;
  /** Paths of personal fields, as the contracts declare them. */
  readonly personal: readonly string[];
  /** Standard output if absent. */
  readonly destination?: DestinationStream;
}

/**
 * The service's logger: JSON lines with the ids of the message being handled. No personal field and no e-mail address leaves it, wherever
 * in a line it stands. Of an error it keeps type, text, code, stack and cause.
 */
export function createLogger({ service, level, personal, destination }: LoggerOptions): Logger {
  const redact = redactor(personal);
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => {
        const context = messageContextOrNone();
        return context === undefined ? {} : { correlationId: context.correlationId, messageId: context.messageId };
      },
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        logMethod(args, method) {
          const error: unknown = args[0];
          const [first, ...rest] = args.map(redact);
          if (!(error instanceof Error)) Reflect.apply(method, this, [first, ...rest]);
          else Reflect.apply(method, this, [{ err: first }, ...(rest.length > 0 ? rest : [errorText(error)])]);
        },
      },
    },
    destination ?? pino.destination(1),
  );
  // What is bound to a child is written without passing the hook above.
  const { child } = logger;
  return Object.defineProperty(logger, 'child', {
    value(this: Logger, bindings: object, options?: object): Logger {
      return Reflect.apply(child, this, [redact(bindings), options]);
    },
  });
}
