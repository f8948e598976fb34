import { AwsError } from '../aws-error.ts';
import type { RequestBody } from '../request-body.ts';

interface BatchAnswer {
  Successful: object[];
  Failed: object[];
}

/** Checks a batch as a whole; throws what refuses all of its entries. */
export function readBatch(body: RequestBody): RequestBody[] {
  const entries = body.records('Entries');
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry) => entry.text('Id'));
  const invalid = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (invalid !== undefined) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries;
}

/** Runs every entry on its own; entries that fail are reported beside those that succeed, each in the order of the request. */
export async function runBatch(
  entries: readonly RequestBody[],
  run: (entry: RequestBody) => Promise<object>,
): Promise<BatchAnswer> {
  const answer: BatchAnswer = { Successful: [], Failed: [] };
  const outcomes = await Promise.allSettled(entries.map((entry) => run(entry)));
  for (const [index, outcome] of outcomes.entries()) {
    const Id = entries[index]?.text('Id');
    if (outcome.status === 'fulfilled') {
      answer.Successful.push({ Id, ...outcome.value });
    } else if (outcome.reason instanceof AwsError) {
      const { type, message, status } = outcome.reason;
      answer.Failed.push({ Id, Code: type, Message: message, SenderFault: status < 500 });
    } else {
      throw outcome.reason;
    }
  }
  return answer;
}
