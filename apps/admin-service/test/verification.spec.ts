import { randomUUID } from 'node:crypto';
import { TutorSuspended, UserErasureRequested } from '@edtech/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OpenCaseCommand } from '../src/application/commands/open-case.command.ts';
import { OpenCaseHandler } from '../src/application/commands/open-case.handler.ts';
import { TutorEventsConsumer } from '../src/infrastructure/event-consumers/tutor-events.consumer.ts';
import { UserEventsConsumer } from '../src/infrastructure/event-consumers/user-events.consumer.ts';
import { received, runningAdminService, type Answer, type RunningAdminService } from './running-admin-service.ts';

let service: RunningAdminService;
let tutorId: string;
let caseId: string;
const reviewer = randomUUID();
const documents = [randomUUID(), randomUUID()] as const;

beforeAll(async () => {
  service = await runningAdminService();
});
afterAll(() => service.close());
beforeEach(async () => {
  [tutorId, caseId] = [randomUUID(), randomUUID()];
  await open();
});

async function open(attempt = 1, id = caseId): Promise<void> {
  const submission = { tutorId, userId: tutorId, attempt, documentIds: [...documents], subjects: [] };
  await service.handling(() => service.get(OpenCaseHandler).execute(new OpenCaseCommand(id, submission)));
}
const asReviewer = (action: string, body?: unknown, id = caseId): Promise<Answer> =>
  service.call('POST', `/admin/verifications/${id}/${action}`, service.tokens.user(reviewer, 'admin', ['verification']), body);
const read = (path: string, duties = ['verification']): Promise<Answer> =>
  service.call('GET', path, service.tokens.user(reviewer, 'admin', duties));

describe('a case', () => {
  test('is shown with its documents, and opened once for each attempt', async () => {
    await open(1, randomUUID());
    expect(await service.query('SELECT id FROM verification_cases WHERE tutor_id = $1', [tutorId])).toEqual([{ id: caseId }]);
    expect(await read(`/admin/verifications/${caseId}`)).toMatchObject({
      status: 200,
      body: { caseId, tutorId, attempt: 1, status: 'open', documents: documents.map((id) => ({ id, status: 'undecided' })) },
    });
    await open(2, randomUUID());
    expect(await service.query('SELECT FROM verification_cases WHERE tutor_id = $1', [tutorId])).toHaveLength(2);
  });

  test('is assigned and approved once every document is', async () => {
    expect(await asReviewer('assign', {})).toMatchObject({ status: 200, body: { status: 'assigned', assignee: reviewer } });
    expect(await asReviewer('assign')).toMatchObject({ status: 200 });
    const half = { notes: 'fine', approvedDocuments: [documents[0]] };
    expect(await asReviewer('approve', half)).toMatchObject({ status: 422, body: { code: 'DOCUMENTS_UNDECIDED' } });
    const strange = { notes: 'fine', approvedDocuments: [...documents, randomUUID()] };
    expect(await asReviewer('approve', strange)).toMatchObject({ status: 422, body: { code: 'UNKNOWN_DOCUMENT' } });
    const all = { notes: 'fine', approvedDocuments: documents };
    expect(await asReviewer('approve', all)).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(await asReviewer('approve', all)).toMatchObject({ status: 409, body: { code: 'ALREADY_DECIDED' } });
    expect(await asReviewer('assign', {})).toMatchObject({ status: 409, body: { code: 'ALREADY_DECIDED' } });
    expect(await service.eventsOf(caseId)).toEqual([
      'verification.case_opened',
      'verification.case_assigned',
      'verification.decided',
    ]);
  });

  test('is rejected with feedback, document by document', async () => {
    expect(await asReviewer('reject', { reason: 'blurred', rejectedDocuments: [] })).toMatchObject({ status: 400 });
    const rejection = { reason: 'blurred', feedback: 'Scan it again.', rejectedDocuments: [documents[1]] };
    expect(await asReviewer('reject', rejection)).toMatchObject({
      status: 200,
      body: {
        status: 'rejected',
        documents: [
          { id: documents[0], status: 'approved' },
          { id: documents[1], status: 'rejected' },
        ],
        decision: { feedback: 'Scan it again.', decidedBy: reviewer },
      },
    });
    const [event] = await service.query(
      `SELECT payload::json AS payload FROM domain_events WHERE aggregate_id = $1 AND event_name = 'verification.decided'`,
      [caseId],
    );
    expect(event?.['payload']).toMatchObject({ tutorId, attempt: 1, decision: 'rejected', decidedBy: reviewer });
  });

  test('asks for more', async () => {
    expect(await asReviewer('request-info', { items: [] })).toMatchObject({ status: 400 });
    expect(await asReviewer('request-info', { items: ['a certificate'] })).toMatchObject({
      status: 200,
      body: { status: 'info_requested', decision: { items: ['a certificate'] } },
    });
  });

  test('is not decided by whom it is about', async () => {
    const self = service.tokens.user(tutorId, 'admin', ['verification']);
    const body = { notes: 'I am good', approvedDocuments: documents };
    expect(await service.call('POST', `/admin/verifications/${caseId}/approve`, self, body)).toMatchObject({
      status: 403,
      body: { code: 'OWN_CASE' },
    });
    expect(await asReviewer('approve', body)).toMatchObject({ status: 200 });
  });

  test('is given to administrators with the duty only', async () => {
    const assignee = randomUUID();
    expect(await asReviewer('assign', { assignee })).toMatchObject({ status: 422, body: { code: 'UNSUITABLE_ASSIGNEE' } });
    await service.query(`INSERT INTO admin_users VALUES ($1, '{verification}', 'active', 1, '', now())`, [assignee]);
    expect(await asReviewer('assign', { assignee })).toMatchObject({ status: 200, body: { assignee } });
  });

  test('is the business of the duty verification', async () => {
    for (const duties of [['finance'], ['support']]) {
      expect(await read(`/admin/verifications/${caseId}`, duties)).toMatchObject({ status: 403 });
    }
    expect(await read(`/admin/verifications/${randomUUID()}`)).toMatchObject({ status: 404 });
  });

  test('is closed when the tutor is suspended, and stays as it is when it was decided', async () => {
    const suspended = received(TutorSuspended, tutorId, { tutorId, userId: tutorId, reason: 'user_suspended' });
    await service.handling(() => service.get(TutorEventsConsumer).handleTutorSuspended(suspended));
    expect((await read(`/admin/verifications/${caseId}`)).body).toMatchObject({ status: 'closed', closedFor: 'tutor_suspended' });
    expect(await asReviewer('approve', { notes: 'x', approvedDocuments: documents })).toMatchObject({ status: 409 });
    await service.handling(() => service.get(TutorEventsConsumer).handleTutorSuspended(suspended));
    expect(await service.eventsOf(caseId)).toEqual(['verification.case_opened', 'verification.case_closed']);
  });

  test('of an erased user is closed or never opened, and what staff wrote is masked', async () => {
    const decided = randomUUID();
    await open(2, decided);
    await asReviewer('reject', { reason: 'canary', feedback: 'canary', rejectedDocuments: [] }, decided);
    const request = received(UserErasureRequested, tutorId, { userId: tutorId, dueAt: '2026-12-01T00:00:00.000Z' });
    await service.handling(() => service.get(UserEventsConsumer).handleUserErasureRequested(request));
    await service.handling(() => service.get(UserEventsConsumer).handleUserErasureRequested(request));
    expect((await read(`/admin/verifications/${caseId}`)).body).toMatchObject({ status: 'closed', closedFor: 'user_erased' });
    const masked = await read(`/admin/verifications/${decided}`);
    expect(masked.body).toMatchObject({ status: 'rejected', decision: { decidedBy: reviewer } });
    expect(JSON.stringify(masked.body)).not.toContain('canary');
    const late = randomUUID();
    await open(3, late);
    expect(await service.eventsOf(late)).toEqual([]);
    expect(await service.eventsOf(tutorId)).toEqual(['admin.erasure_confirmed']);
  });
});

describe('the list of cases', () => {
  test('is read page by page, oldest first, with a cursor for these filters only', async () => {
    const assignee = randomUUID();
    const mine: string[] = [];
    await service.query(`INSERT INTO admin_users VALUES ($1, '{verification}', 'active', 1, '', now())`, [assignee]);
    for (let attempt = 2; attempt < 5; attempt++) {
      const id = randomUUID();
      await open(attempt, id);
      await asReviewer('assign', { assignee }, id);
      mine.push(id);
    }
    const first = await read(`/admin/verifications?assignee=${assignee}&limit=2`);
    const idsOf = ({ body }: Answer): unknown[] => (Array.isArray(body['items']) ? body['items'].map((item) => item.caseId) : []);
    expect(idsOf(first)).toEqual(mine.slice(0, 2));
    const cursor = encodeURIComponent(String(first.body['next']));
    const second = await read(`/admin/verifications?assignee=${assignee}&limit=2&cursor=${cursor}`);
    expect([idsOf(second), second.body['next']]).toEqual([mine.slice(2), null]);
    expect(await read(`/admin/verifications?status=open&cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_CURSOR' },
    });
  });
});
