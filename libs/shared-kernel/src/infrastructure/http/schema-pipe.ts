import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ValidationFailed } from './edge.errors.ts';

const MOST_ERRORS = 50;

/** Checks `@Body`, `@Query` and `@Param` against the schema given to them; the handler gets the parsed value. */
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({
      exceptionFactory: (issues) =>
        new ValidationFailed(
          issues.slice(0, MOST_ERRORS).map(({ path = [], message }) => ({
            path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
            message,
          })),
        ),
    });
  }

  /** The body parser has refused them before. */
  protected override stripProtoKeys(): void {}
}
