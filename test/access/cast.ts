import { randomUUID } from 'node:crypto';
import { BookingSettled, VerificationDecided } from '@edtech/contracts';
import { inMessageContext } from '@edtech/shared-kernel';
import { DiscoveryService } from '@nestjs/core';
import type { Answer, EdgeWorld, SendOptions } from './edge.fixture.ts';
import type { Operation } from './operations.ts';

/** Somebody with one object of every kind. */
export interface Owner {
  readonly studentId: string;
  readonly tutorId: string;
  readonly documentId: string;
  readonly paymentId: string;
  readonly payoutId: string;
}

/** Two of everybody: what `own` has must be closed to `foreign`, and the other way round. */
export interface Cast {
  readonly own: Owner;
  readonly foreign: Owner;
  readonly adminId: string;
  readonly superadminId: string;
}

/** Long after every payment was released. */
const DUE = new Date('2026-01-05T02:00:00.000Z');
const SUPERADMIN = { role: 'superadmin', duties: [] };

/** Makes everybody and everything, through the services' own doors where they have one. */
export async function castOf(world: EdgeWorld): Promise<Cast> {
  const own = await peopleOf(world);
  const foreign = await peopleOf(world);
  const adminId = await userOf(world, 'admin');
  const superadminId = await userOf(world, 'superadmin');
  await world.settled();
  const [first, second] = [await objectsOf(world, own), await objectsOf(world, foreign)];
  await world.settled();
  await payTutors(world);
  await world.settled();
  return {
    own: { ...own, ...first, payoutId: await payoutOf(world, own.tutorId) },
    foreign: { ...foreign, ...second, payoutId: await payoutOf(world, foreign.tutorId) },
    adminId,
    superadminId,
  };
}

async function peopleOf(world: EdgeWorld): Promise<Pick<Owner, 'studentId' | 'tutorId'>> {
  return { studentId: await userOf(world, 'student'), tutorId: await userOf(world, 'tutor') };
}

async function userOf(world: EdgeWorld, role: string): Promise<string> {
  const token = await world.tokens.user({ id: randomUUID(), ...SUPERADMIN });
  const body = { email: `${randomUUID()}@example.org`, firstName: 'Ada', lastName: 'Byron', role, status: 'active' };
  const answer = await world.send('user-service', 'POST', '/users', { token, body });
  return textAt(answer.body, 'id');
}

async function objectsOf(
  world: EdgeWorld,
  { studentId, tutorId }: Pick<Owner, 'studentId' | 'tutorId'>,
): Promise<Pick<Owner, 'documentId' | 'paymentId'>> {
  const tutor = await world.tokens.user({ id: tutorId, role: 'tutor' });
  const documentId = await verify(world, tutorId, tutor);
  const lesson = { bookingId: randomUUID(), studentId, tutorId, kind: 'regular', amount: 10_000, currency: 'USD' };
  const paid = await world.send('payment-service', 'POST', '/payments', {
    token: await world.tokens.service('matching-service', 'payment-service'),
    body: { ...lesson, paymentMethodId: 'pm_ok' },
  });
  const paymentId = textAt(paid.body, 'paymentId');
  await world.settled();
  await world.publish(BookingSettled, { bookingId: lesson.bookingId, paymentId, tutorId }, { aggregateId: lesson.bookingId });
  return { documentId, paymentId };
}

/** Completes the profile, hands it in and has it approved, so that everybody may see it. Answers the id of one of its documents. */
async function verify(world: EdgeWorld, tutorId: string, token: string): Promise<string> {
  const send = async (method: string, path: string, options: SendOptions): Promise<Answer> => {
    const answer = await world.send('tutor-service', method, `/tutors/me${path}`, { token, ...options });
    if (answer.status >= 300) throw new Error(`${method} ${path} is refused: ${answer.text}`);
    return answer;
  };
  const profile = {
    bio: 'I have taught algebra for ten years and love patient questions.',
    subjects: [{ code: 'algebra', level: 'high_school' }],
    education: [{ institution: 'Cambridge', degree: 'Mathematics', year: 1985 }],
  };
  await send('PATCH', '', { body: profile });
  await send('PUT', '/rate', { body: { hourlyRate: 4_500, currency: 'USD' } });
  const weekly = [{ day: 1, from: '09:00', to: '12:00' }];
  await send('PUT', '/availability', { body: { timezone: 'UTC', weekly, exceptions: [] } });
  const upload = await send('POST', '/documents', uploadOf('identity'));
  await send('POST', '/documents', uploadOf('degree'));
  await send('POST', '/submit', {});
  const decided = {
    caseId: randomUUID(),
    tutorId,
    attempt: 1,
    reason: 'documents are fine',
    documents: [],
    decidedBy: randomUUID(),
  };
  await world.publish(VerificationDecided, { ...decided, decision: 'approved' }, { aggregateId: decided.caseId });
  return textAt(upload.body, 'documentId');
}

/** The payouts of a week fall due now and not next Monday: the one thing that no door of the service does. */
async function payTutors(world: EdgeWorld): Promise<void> {
  const providers = world.service('payment-service').app.get(DiscoveryService, { strict: false }).getProviders();
  const useCase: unknown = providers.find(({ name }) => name === 'PayTutorsUseCase')?.instance;
  const execute: unknown = typeof useCase === 'object' && useCase !== null ? Reflect.get(useCase, 'execute') : undefined;
  if (typeof execute !== 'function') throw new Error('payment-service has no PayTutorsUseCase');
  const context = { messageId: randomUUID(), correlationId: randomUUID(), actor: { id: 'system:test', type: 'system' } } as const;
  await inMessageContext(context, async () => Reflect.apply(execute, useCase, [{ week: '2031-W01', dueAt: DUE }]));
}

async function payoutOf(world: EdgeWorld, tutorId: string): Promise<string> {
  const { rows } = await world
    .database('payment-service')
    .query<{ payout_id: string }>({ text: 'SELECT payout_id FROM payout_list WHERE tutor_id = $1', values: [tutorId] });
  const [payout] = rows;
  if (payout === undefined) throw new Error(`${tutorId} has no payout`);
  return payout.payout_id;
}

/** A document as a form sends it. */
export function uploadOf(type: string): { body: string; headers: Record<string, string> } {
  const boundary = 'edge';
  const part = (head: string, content: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`;
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="scan.pdf"\r\ncontent-type: application/pdf\r\n\r\n%PDF-1.7 a scan\r\n`;
  return {
    body: `${part('name="type"', type)}${file}--${boundary}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** What stands for the path's parameters: the objects of one owner, and of the caller where the object is a user. */
export function pathOf({ path }: Operation, owner: Owner, userId: string): Record<string, string> {
  if (path.startsWith('/users/')) return { id: userId };
  if (path.startsWith('/tutors/me/documents/')) return { id: owner.documentId };
  if (path.startsWith('/tutors/by-user/')) return { userId: owner.tutorId };
  if (path.startsWith('/tutors/')) return { id: owner.tutorId, documentId: owner.documentId };
  if (path.startsWith('/payments/internal/')) return { userId: owner.studentId };
  if (path.startsWith('/payments/webhooks/')) return { provider: 'fake' };
  if (path.startsWith('/payments/')) return { id: owner.paymentId };
  if (path.startsWith('/payouts/')) return { id: owner.payoutId };
  return {};
}

export function textAt(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  if (typeof value !== 'string') throw new Error(`there is no ${name} in ${JSON.stringify(body)}`);
  return value;
}
