import type { ParsedMail } from '@edtech/platform';
import type { Cell } from '../../cell/cell.ts';

interface Judged {
  /** Mails that an event must have led to. */
  readonly missing: string[];
  /** Mails of which no event tells. */
  readonly invented: string[];
  readonly mails: number;
  readonly repeated: number;
}

/** Which event leads to which mail, whatever else happens. */
const LETTERS = [
  ['identity-service', 'identity.registered', 'identity-service.verification-email'],
  ['user-service', 'user.created', 'user-service.welcome-email'],
] as const;
const CAUSED_BY_EVENT = /^([0-9a-f-]{36})\.((?:identity|user)-service)\./;

/** At least one mail for each event that calls for one, and every one of them under the id of its event. */
export async function judgeLetters(cell: Cell): Promise<Judged> {
  const mails = await cell.mailbox.mails();
  const sent = new Set(mails.map(idOf));
  const missing: string[] = [];
  for (const [service, eventName, letter] of LETTERS) {
    const { rows } = await cell
      .service(service)
      .database.query<{ id: string }>('SELECT event_id::text AS id FROM domain_events WHERE event_name = $1', [eventName]);
    for (const { id } of rows) if (!sent.has(`${id}.${letter}`)) missing.push(`${letter} of ${eventName} ${id} was never sent`);
  }
  return { missing, invented: await inventedAmong(cell, [...sent]), mails: mails.length, repeated: mails.length - sent.size };
}

async function inventedAmong(cell: Cell, messageIds: readonly string[]): Promise<string[]> {
  const causes = messageIds.flatMap((messageId) => {
    const [, id, service] = CAUSED_BY_EVENT.exec(messageId) ?? [];
    return id === undefined || service === undefined ? [] : [{ id, service }];
  });
  const invented: string[] = [];
  for (const [service, ofService] of Map.groupBy(causes, (cause) => cause.service)) {
    const { rows } = await cell
      .service(service)
      .database.query<{ id: string }>(
        `SELECT asked.id::text FROM unnest($1::uuid[]) AS asked (id) WHERE NOT EXISTS (SELECT 1 FROM domain_events WHERE event_id = asked.id)`,
        [[...new Set(ofService.map(({ id }) => id))]],
      );
    for (const { id } of rows) invented.push(`${service} has sent a mail for the event ${id}, which is in no log`);
  }
  return invented;
}

function idOf({ messageId }: ParsedMail): string {
  return messageId.replace(/@.*$/, '');
}
