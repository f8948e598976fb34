import { Logger } from '@nestjs/common';
import { messageContext } from '../../application/message-context.ts';

const log = new Logger('operator');

/** Who did what by hand, and why: one line with the correlation id of the request. */
export function logOperatorAction(action: string, facts: Readonly<Record<string, unknown>>): void {
  log.warn({ action, by: messageContext().actor, ...facts });
}
