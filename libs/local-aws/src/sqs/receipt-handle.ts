import { AwsError } from '../aws-error.ts';

/** Names one receive of one message; it stays valid over a restart, until the message is received again. */
interface Receipt {
  sequence: number;
  received: number;
}

export const receiptHandle = (queue: string, { sequence, received }: Receipt): string =>
  Buffer.from(`${queue}!${sequence}!${received}`).toString('base64');

export function parseReceiptHandle(queue: string, handle: string): Receipt {
  const [owner, sequence, received] = Buffer.from(handle, 'base64').toString().split('!');
  if (owner !== queue || !Number.isSafeInteger(Number(sequence)) || !Number.isSafeInteger(Number(received))) {
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  return { sequence: Number(sequence), received: Number(received) };
}
