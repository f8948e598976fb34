import { randomUUID } from 'node:crypto';
import { verifyAuditExport } from '@edtech/admin-service';
import { People, type Person } from '../people.ts';
import { type Api, at, itemsOf, type Json, listAt, textAt } from './api.ts';
import { short } from './payment-parts.ts';
import type { Story } from './story.ts';

/** Refused requests are counted and written down once a minute. */
const DENIALS_AFTER_S = 90;

/**
 * What the audit holds of somebody who changed roles and was refused something, and what becomes of a copy that is not left as it is. Every line was
 * seen; throws NotSeen for the first that was not.
 */
export async function playAudit(api: Api, superadmin: string, story: Story, { id }: Person): Promise<void> {
  story.chapter('The audit: who did what, because of what, and who tried');
  const address = `cora.${randomUUID().slice(0, 8)}@example.org`;
  const { token } = await new People(api).appoint(superadmin, address, ['compliance']);
  story.saw('an administrator has registered, and the superadmin has granted the duty compliance');
  const get = async (path: string): Promise<Json> => (await api.call('GET', path, { token })).body;
  const denied = await story.sees(
    'what the student was refused in the second chapter is in the audit',
    async () => entryOf(await get(`/admin/audit?actor=${id}&limit=100`), 'admin.access_denied'),
    DENIALS_AFTER_S,
  );
  story.says(table([denied]));
  const [attempt] = itemsOf(await get(`/ops/admin-service/events?correlationId=${textAt(denied, 'correlationId')}`));
  story.expect(
    `its event says what: ${textAt(attempt ?? null, 'payload.target')}, ${textAt(attempt ?? null, 'payload.reason')}`,
    textAt(attempt ?? null, 'payload.target') === 'GET /admin/audit',
    attempt,
  );
  const page = await get(`/admin/audit?aggregate=${id}&limit=100`);
  const entries = itemsOf(page).toReversed();
  story.saw(`GET /admin/audit?aggregate=${short(id)} → ${entries.length} entries of several services`);
  story.says(table(entries));
  story.expect(
    'each names its actor and its cause, and the new role is named as what was changed, without its value',
    entries.every((entry) => textAt(entry, 'actorId') !== '' && textAt(entry, 'causationId') !== '') &&
      listAt(entryOf(page, 'user.role_changed') ?? null, 'changedFields').join() === 'role',
    entries,
  );
  await playTampering(api, story, token, Number(at(entryOf(page, 'user.role_changed') ?? null, 'seq')));
}

/** The audit of the platform stays as it is: what is changed is a copy. */
async function playTampering(api: Api, story: Story, token: string, seq: number): Promise<void> {
  story.chapter('Nobody changes the audit unseen');
  const verdict = (await api.call('GET', '/admin/audit/verify', { token })).body;
  story.expect(
    `GET /admin/audit/verify → ok, ${at(verdict, 'count')} entries, root ${textAt(verdict, 'root').slice(0, 12)}…`,
    at(verdict, 'ok') === true,
    verdict,
  );
  const { body } = await api.call('GET', '/admin/audit/export', { token });
  const lines = typeof body === 'string' ? body.trimEnd().split('\n') : [];
  const own = await verifyAuditExport(lines);
  story.expect(`GET /admin/audit/export → ${lines.length} lines, an intact copy`, own.ok && own.count === lines.length, own);
  const index = seq - 1;
  const [line = '', next = ''] = lines.slice(index, seq + 1);
  const copies: readonly (readonly [string, readonly string[]])[] = [
    [`entry ${seq} names another actor`, lines.with(index, line.replace(/"actorId":"[^"]*"/, `"actorId":"${randomUUID()}"`))],
    [`entry ${seq} is left out`, lines.toSpliced(index, 1)],
    [`entries ${seq} and ${seq + 1} have changed places`, lines.toSpliced(index, 2, next, line)],
  ];
  for (const [what, copy] of copies) {
    const found = await verifyAuditExport(copy);
    story.expect(
      `a copy in which ${what} → ${found.ok ? 'nothing was found' : `found at ${found.seq}: ${found.reason}`}`,
      !found.ok && found.seq === seq,
      found,
    );
  }
  story.says('with a file: npm run edtech -- audit verify <file>');
}

function entryOf(page: Json, eventName: string): Json | undefined {
  return itemsOf(page).find((entry) => textAt(entry, 'eventName') === eventName);
}

/** One entry a line: number, event, what it changed, by whom, because of what. */
function table(entries: readonly Json[]): string {
  const names = new Map(entries.map((entry) => [textAt(entry, 'eventId'), textAt(entry, 'eventName')]));
  const rows = entries.map((entry) => {
    const changed = listAt(entry, 'changedFields');
    const cause = textAt(entry, 'causationId');
    return [
      String(at(entry, 'seq')),
      `${textAt(entry, 'eventName')}${changed.length === 0 ? '' : `: ${changed.join(', ')}`}`,
      `because of ${names.get(cause) ?? `request ${short(cause)}`}`,
      `by ${`${textAt(entry, 'actorRole')} ${short(textAt(entry, 'actorId'))}`.trim()}`,
    ];
  });
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padStart(widthOf(0)) : cell.padEnd(widthOf(column)))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
