import { inStreamOrder } from './bus-message.ts';
import type { ProcessRecord } from './queue-record.ts';

/** What Lambda hands over for an SQS trigger, as far as it is used. */
export interface SqsLambdaEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: { readonly ApproximateReceiveCount: string };
  }[];
}

export interface SqsLambdaResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const AT_A_TIME = 10;

/**
 * The consumer as a Lambda function: names exactly the messages that have to come again, so the others are deleted. The trigger needs
 * `ReportBatchItemFailures`; without it one failure repeats the batch.
 */
export function createLambdaHandler(processRecord: ProcessRecord): (event: SqsLambdaEvent) => Promise<SqsLambdaResponse> {
  return async ({ Records }) => {
    const streams = inStreamOrder(Records);
    const failed: { itemIdentifier: string }[] = [];
    const work = async (): Promise<void> => {
      for (let stream = streams.shift(); stream !== undefined; stream = streams.shift()) {
        for (const { messageId, body, attributes } of stream) {
          const receiveCount = Number(attributes.ApproximateReceiveCount);
          const outcome = await processRecord({ messageId, body, receiveCount }).catch(() => undefined);
          if (outcome !== 'done') failed.push({ itemIdentifier: messageId });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    return { batchItemFailures: failed };
  };
}
