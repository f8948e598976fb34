import { AwsError } from '../aws-error.ts';
import type { Exhausted } from './retry-policy.ts';

/** The attributes AWS puts on a dead-lettered event. */
export function deadLetterAttributes(facts: {
  ruleArn: string;
  targetArn: string;
  failure: AwsError;
  attempts: number;
  exhausted: Exhausted | undefined;
}): Record<string, string> {
  return {
    RULE_ARN: facts.ruleArn,
    TARGET_ARN: facts.targetArn,
    ERROR_CODE: errorCode(facts.failure),
    ERROR_MESSAGE: facts.failure.message || facts.failure.type,
    ...(facts.exhausted && { EXHAUSTED_RETRY_CONDITION: facts.exhausted }),
    RETRY_ATTEMPTS: String(Math.max(0, facts.attempts - 1)),
  };
}

export function isRetryable({ type }: Pick<AwsError, 'type'>): boolean {
  return type !== 'NO_RESOURCE' && type !== 'NO_PERMISSIONS';
}

export function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}

function errorCode({ type }: AwsError): string {
  if (!isRetryable({ type })) return type;
  if (/Throttl|OverLimit|TooManyRequests/i.test(type)) return 'THROTTLING';
  if (/Timeout|TimedOut/i.test(type)) return 'TIMEOUT';
  return 'SDK_CLIENT_ERROR';
}
