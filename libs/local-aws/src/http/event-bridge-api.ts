import { AwsError } from '../aws-error.ts';
import type { EventBridge } from '../event-bridge/event-bridge.ts';
import { errorReply, jsonReply } from './json-reply.ts';
import { LOST, type Api } from './reply.ts';

const contentType = { 'content-type': 'application/x-amz-json-1.1' };

/** EventBridge in AWS JSON 1.1. */
export const eventBridgeApi =
  (bus: EventBridge): Api =>
  async ({ operation, body, headers: { authorization } }) => {
    try {
      const accessKeyId = /Credential=([^/,\s]+)/.exec(authorization ?? '')?.[1];
      return jsonReply(await bus.handle(operation, parse(body), accessKeyId === undefined ? {} : { accessKeyId }), contentType);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return error.type === 'RESET' ? LOST : errorReply(error, contentType);
    }
  };

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON');
  }
}
