import { createHash, randomUUID } from 'node:crypto';
import type { RequestBody } from '../request-body.ts';
import type { Message } from './message.ts';
import { attributesMd5, attributesSize, readMessageAttributes, type MessageAttributes } from './message-attributes.ts';
import type { Queue } from './queue.ts';
import { invalidParameter } from './sqs-errors.ts';
import { AwsError } from '../aws-error.ts';

export interface MessageContent {
  body: string;
  attributes: MessageAttributes;
  group?: string;
  deduplicationId?: string;
  traceHeader?: string;
  delaySeconds?: number;
}

/** What XML 1.0 cannot carry: control characters below space but tab and line ends, lone surrogates, two non-characters. */
const FORBIDDEN_CHARACTER = /(?![\t\n\r\u007F-\u009F])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u;
const ID = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

export function readMessage(entry: RequestBody): MessageContent {
  const group = entry.optionalText('MessageGroupId');
  const deduplicationId = entry.optionalText('MessageDeduplicationId');
  const delaySeconds = entry.optionalInteger('DelaySeconds', 0, 900);
  const traceHeader = entry.recordMap('MessageSystemAttributes').get('AWSTraceHeader')?.optionalText('StringValue');
  return {
    body: entry.text('MessageBody'),
    attributes: readMessageAttributes(entry),
    ...(group !== undefined && { group }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    ...(delaySeconds !== undefined && { delaySeconds }),
    ...(traceHeader !== undefined && { traceHeader }),
  };
}

export const messageSize = ({ body, attributes }: MessageContent): number => Buffer.byteLength(body) + attributesSize(attributes);

/** Checks the message against the queue and stores it. The answer is the one of SendMessage. */
export async function sendMessage(
  queue: Queue,
  content: MessageContent,
  sequence: number,
  sentAt: number,
): Promise<Record<string, string>> {
  check(queue, content);
  const { delaySeconds, group, traceHeader, body, attributes } = content;
  const { settings } = queue;
  const deduplicationId =
    content.deduplicationId ?? (settings.contentBasedDeduplication ? createHash('sha256').update(body).digest('hex') : undefined);
  const message: Message = {
    id: randomUUID(),
    body,
    md5: createHash('md5').update(body).digest('hex'),
    attributes,
    sentAt,
    sequence,
    ...(group !== undefined && { group }),
    ...(settings.fifo && deduplicationId !== undefined && { deduplicationId }),
    ...(traceHeader !== undefined && { traceHeader }),
  };
  const sent = await queue.send(message, (delaySeconds ?? settings.number('DelaySeconds')) * 1000);
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: message.md5,
    ...(Object.keys(attributes).length > 0 && { MD5OfMessageAttributes: attributesMd5(attributes) }),
    ...(settings.fifo && { SequenceNumber: String(sent.sequence).padStart(20, '0') }),
  };
}

function check({ settings }: Queue, content: MessageContent): void {
  const limit = settings.number('MaximumMessageSize');
  if (messageSize(content) > limit) {
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  if (FORBIDDEN_CHARACTER.test(content.body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  }
  for (const [name, id] of [
    ['MessageGroupId', content.group],
    ['MessageDeduplicationId', content.deduplicationId],
  ] as const) {
    if (id !== undefined && !ID.test(id)) {
      throw invalidParameter(
        `Value ${id} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
    }
  }
  if (!settings.fifo) {
    if (content.deduplicationId !== undefined) {
      throw invalidParameter('The request include parameter that is not valid for this queue type: MessageDeduplicationId');
    }
    return;
  }
  if (content.group === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (content.deduplicationId === undefined && !settings.contentBasedDeduplication) {
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (content.delaySeconds !== undefined && content.delaySeconds > 0) {
    throw invalidParameter(
      `Value ${content.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
}
