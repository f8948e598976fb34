import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

const SECRET_ANSWER = 'edtech:secret-answer';

/** The answer holds secrets, such as tokens: it is not kept under an Idempotency-Key, so the same request again is a new one. */
export function SecretAnswer(): MethodDecorator {
  return applyDecorators(SetMetadata(SECRET_ANSWER, true), ApiExtension('x-secret-answer', true));
}

export function answersSecrets(handler: object): boolean {
  return Reflect.getMetadata(SECRET_ANSWER, handler) === true;
}
