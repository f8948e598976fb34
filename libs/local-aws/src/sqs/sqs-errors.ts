import { AwsError } from '../aws-error.ts';

/** What the header x-amzn-query-error names for an error that the older query protocol called differently. */
const QUERY_CODES: ReadonlyMap<string, string> = new Map([
  ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'],
  ['QueueNameExists', 'QueueAlreadyExists'],
  ...[
    'BatchEntryIdsNotDistinct',
    'BatchRequestTooLong',
    'EmptyBatchRequest',
    'InvalidBatchEntryId',
    'MessageNotInflight',
    'TooManyEntriesInBatchRequest',
    'UnsupportedOperation',
  ].map((type) => [type, `AWS.SimpleQueueService.${type}`] as const),
]);

export const queryErrorCode = (type: string): string => QUERY_CODES.get(type) ?? type;

export const queueDoesNotExist = (): AwsError => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
