import { AwsError } from '../aws-error.ts';
import type { Arns } from './arns.ts';
import type { Request } from './request.ts';
import { MAX_EVENT_AGE_SECONDS, MAX_RETRY_ATTEMPTS } from './retry-policy.ts';
import type { TargetState } from './state.ts';
import { compileTargetInput } from './target-input.ts';

const TARGET_ID = /^[.\-_A-Za-z0-9]{1,64}$/;
const SQS_ARN = /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]{1,80}(?:\.fifo)?$/;
const KNOWN_MEMBERS = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'SqsParameters',
  'DeadLetterConfig',
  'RetryPolicy',
]);

/** Throws ValidationException for what AWS refuses and, naming it, for what cannot be delivered here. */
export function readTarget(entry: Request, arns: Arns): TargetState {
  const Id = entry.text('Id', TARGET_ID);
  const Arn = entry.text('Arn');
  const toBus = arns.nameOf('event-bus', Arn) !== undefined;
  if (!toBus && !SQS_ARN.test(Arn)) {
    throw invalid(`Target ${Id} (${Arn}) is not supported here: targets are SQS queues and event buses of ${arns.region}.`);
  }
  const unknown = Object.keys(entry.raw).find((member) => !KNOWN_MEMBERS.has(member));
  if (unknown !== undefined) throw invalid(`${unknown} of target ${Id} is not supported here.`);
  const target: TargetState = {
    Id,
    Arn,
    ...optional('RoleArn', entry.optionalText('RoleArn')),
    ...optional('Input', entry.optionalText('Input')),
    ...optional('InputPath', entry.optionalText('InputPath')),
    ...optional('InputTransformer', readTransformer(entry)),
    ...optional('SqsParameters', readSqsParameters(entry, Id, Arn)),
    ...optional('DeadLetterConfig', readDeadLetterConfig(entry, Id)),
    ...optional('RetryPolicy', readRetryPolicy(entry)),
  };
  if (toBus && (target.Input ?? target.InputPath ?? target.InputTransformer) !== undefined) {
    throw invalid(`Target ${Id} is an event bus; it takes no Input, InputPath or InputTransformer.`);
  }
  compileTargetInput(target);
  return target;
}

function readTransformer(entry: Request): TargetState['InputTransformer'] {
  const transformer = entry.object('InputTransformer');
  if (!transformer) return undefined;
  const paths = transformer.object('InputPathsMap');
  const InputPathsMap = paths && Object.fromEntries(Object.keys(paths.raw).map((name) => [name, paths.text(name)]));
  return { InputTemplate: transformer.text('InputTemplate'), ...optional('InputPathsMap', InputPathsMap) };
}

function readSqsParameters(entry: Request, id: string, arn: string): TargetState['SqsParameters'] {
  const MessageGroupId = entry.object('SqsParameters')?.optionalText('MessageGroupId');
  if (arn.endsWith('.fifo') && MessageGroupId === undefined) {
    throw invalid(`Parameter(s) MessageGroupId must be specified for target: ${id}.`);
  }
  return MessageGroupId === undefined ? undefined : { MessageGroupId };
}

function readDeadLetterConfig(entry: Request, id: string): TargetState['DeadLetterConfig'] {
  const config = entry.object('DeadLetterConfig');
  const Arn = config?.optionalText('Arn');
  if (Arn !== undefined && (!SQS_ARN.test(Arn) || Arn.endsWith('.fifo'))) {
    throw invalid(`DeadLetterConfig of target ${id} must name a standard SQS queue, not ${Arn}.`);
  }
  return config && optional('Arn', Arn);
}

function readRetryPolicy(entry: Request): TargetState['RetryPolicy'] {
  const policy = entry.object('RetryPolicy');
  return (
    policy && {
      ...optional('MaximumRetryAttempts', policy.optionalInteger('MaximumRetryAttempts', 0, MAX_RETRY_ATTEMPTS)),
      ...optional('MaximumEventAgeInSeconds', policy.optionalInteger('MaximumEventAgeInSeconds', 60, MAX_EVENT_AGE_SECONDS)),
    }
  );
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value };
function optional(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
