import type { AwsError } from '../aws-error.ts';
import type { Reply } from './reply.ts';

const contentType = { 'content-type': 'application/x-amz-json-1.0' };

export const jsonReply = (value: object, headers: Record<string, string> = contentType): Reply => ({
  status: 200,
  headers,
  body: JSON.stringify(value),
});

export const errorReply = ({ type, message, status }: AwsError, headers: Record<string, string> = contentType): Reply => ({
  status,
  headers,
  body: JSON.stringify({ __type: type, message }),
});
