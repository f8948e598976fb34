import { AwsError } from '../aws-error.ts';
import { errorReply, jsonReply } from '../http/json-reply.ts';
import type { Api } from '../http/reply.ts';
import { queryErrorCode } from './sqs-errors.ts';
import type { SqsService } from './sqs-service.ts';

/** SQS in AWS JSON 1.0; errors carry the older protocol's code in a header, where the SDK looks for it. */
export const sqsApi =
  (sqs: SqsService): Api =>
  async ({ operation, body, signal }) => {
    try {
      return jsonReply(await sqs.handle(operation, body, signal));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const sender = error.status < 500 ? 'Sender' : 'Receiver';
      return errorReply(new AwsError(`com.amazonaws.sqs#${error.type}`, error.message, error.status), {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-query-error': `${queryErrorCode(error.type)};${sender}`,
      });
    }
  };
