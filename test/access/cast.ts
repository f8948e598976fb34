import { randomUUID } from 'node:crypto';
import { BookingSettled } from '@edtech/contracts';
import type { MailCatcher } from '@edtech/platform';
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
  /** Of the tutor's profile. */
  readonly caseId: string;
  /** Of the refund that the student asked for. */
  readonly approvalId: string;
}

/** Long after every payment was released. */
const DUE = new Date('2026-01-05T02:00:00.000Z');
const SUPERADMIN = { role: 'superadmin', duties: [] };
const PASSWORD = 'Edge-Password-1';
/** Ending a session takes one: two callers are the same administrator, and one is left to be asked about. */
const SESSIONS = 3;

/** Two of everybody: what `own` has must be closed to `foreign`, and the other way round. */
export class Cast {
  private constructor(
    readonly own: Owner,
    readonly foreign: Owner,
    readonly adminId: string,
    readonly superadminId: string,
    /** An administrator whose rights change while the others are asked. */
    private readonly changingAdminId: string,
    private readonly sessions: ReadonlyMap<string, string[]>,
  ) {}

  /** Makes everybody and everything, through the services' own doors where they have one. */
  static async enter(world: EdgeWorld, mails: MailCatcher['mails']): Promise<Cast> {
    const ownPeople = await peopleOf(world);
    const foreignPeople = await peopleOf(world);
    const admin = await userOf(world, 'admin');
    const superadmin = await userOf(world, 'superadmin');
    const changing = await userOf(world, 'admin');
    await world.settled();
    const everybody = [ownPeople.student, ownPeople.tutor, foreignPeople.student, foreignPeople.tutor, admin, superadmin];
    const letters = await mails();
    const sessions = new Map<string, string[]>();
    for (const user of everybody) sessions.set(user.id, await sessionsOf(world, user, letters));
    const own = await objectsOf(world, ownPeople);
    const foreign = await objectsOf(world, foreignPeople);
    await world.settled();
    await payTutors(world);
    await world.settled();
    return new Cast(
      { ...own, ...(await outcomesOf(world, own)) },
      { ...foreign, ...(await outcomesOf(world, foreign)) },
      admin.id,
      superadmin.id,
      changing.id,
      sessions,
    );
  }

  /** What stands for the path's parameters: the objects of one owner, and of the caller where the object is a user. */
  pathOf({ path }: Operation, which: 'own' | 'foreign', userId: string): Record<string, string> {
    const owner = this[which];
    if (path.startsWith('/identity/sessions/')) return { id: this.#sessionOf(userId) };
    if (path.startsWith('/admin/admins/')) return { userId: this.changingAdminId };
    if (path.startsWith('/admin/users/') || path.startsWith('/users/')) return { id: userId };
    if (path.startsWith('/admin/verifications/')) return { id: owner.caseId };
    if (path.startsWith('/admin/approvals/')) return { id: owner.approvalId };
    if (path.startsWith('/tutors/me/documents/')) return { id: owner.documentId };
    if (path.startsWith('/tutors/by-user/')) return { userId: owner.tutorId };
    if (path.startsWith('/tutors/')) return { id: owner.tutorId, documentId: owner.documentId };
    if (path.startsWith('/payments/internal/')) return { userId: owner.studentId };
    if (path.startsWith('/payments/webhooks/')) return { provider: 'fake' };
    if (path.startsWith('/payments/')) return { id: owner.paymentId };
    if (path.startsWith('/payouts/')) return { id: owner.payoutId };
    return {};
  }

  /** The last one is there for everybody who may not end it. */
  #sessionOf(userId: string): string {
    const sessions = this.sessions.get(userId) ?? [];
    return (sessions.length > 1 ? sessions.shift() : sessions[0]) ?? randomUUID();
  }
}

interface User {
  readonly id: string;
  readonly email: string;
}

interface People {
  readonly student: User;
  readonly tutor: User;
}

async function peopleOf(world: EdgeWorld): Promise<People> {
  return { student: await userOf(world, 'student'), tutor: await userOf(world, 'tutor') };
}

async function userOf(world: EdgeWorld, role: string): Promise<User> {
  const token = await adminToken(world);
  const email = `${randomUUID()}@example.org`;
  const body = { email, firstName: 'Ada', lastName: 'Byron', role, status: 'active' };
  return { id: textAt((await world.send('user-service', 'POST', '/users', { token, body })).body, 'id'), email };
}

/** Takes the account over with the mail that came, and signs in. */
async function sessionsOf(
  world: EdgeWorld,
  { id, email }: User,
  mails: Awaited<ReturnType<MailCatcher['mails']>>,
): Promise<string[]> {
  const letter = mails.find(({ to, text }) => to.includes(email) && text.includes('token='));
  const mailed = /token=([\w-]+)/.exec(letter?.text ?? '')?.[1];
  const reset = await world.send('identity-service', 'POST', '/identity/reset-password', {
    body: { token: mailed, password: PASSWORD },
  });
  if (reset.status !== 204) throw new Error(`${email} cannot choose a password: ${reset.text}`);
  for (let n = 0; n < SESSIONS; n++) {
    const login = await world.send('identity-service', 'POST', '/identity/login', { body: { email, password: PASSWORD } });
    if (login.status !== 200) throw new Error(`${email} cannot sign in: ${login.text}`);
  }
  const token = await world.tokens.user({ id, role: 'student' });
  const answer = await world.send('identity-service', 'GET', '/identity/sessions', { token });
  return itemsIn(answer).map((session) => textAt(session, 'id'));
}

async function objectsOf(
  world: EdgeWorld,
  { student, tutor }: People,
): Promise<Omit<Owner, 'payoutId' | 'caseId' | 'approvalId'> & { readonly refundedPaymentId: string }> {
  const documentId = await verify(world, tutor.id, await world.tokens.user({ id: tutor.id, role: 'tutor' }));
  return {
    studentId: student.id,
    tutorId: tutor.id,
    documentId,
    paymentId: await settled(world, await pay(world, student.id, tutor.id)),
    refundedPaymentId: (await pay(world, student.id, tutor.id)).paymentId,
  };
}

interface Paid {
  readonly bookingId: string;
  readonly paymentId: string;
  readonly tutorId: string;
}

async function pay(world: EdgeWorld, studentId: string, tutorId: string): Promise<Paid> {
  const lesson = { bookingId: randomUUID(), studentId, tutorId, kind: 'regular', amount: 10_000, currency: 'USD' };
  const paid = await world.send('payment-service', 'POST', '/payments', {
    token: await world.tokens.service('matching-service', 'payment-service'),
    body: { ...lesson, paymentMethodId: 'pm_ok' },
  });
  await world.settled();
  return { bookingId: lesson.bookingId, paymentId: textAt(paid.body, 'paymentId'), tutorId };
}

/** The lesson was held. Answers the id of its payment. */
async function settled(world: EdgeWorld, paid: Paid): Promise<string> {
  await world.publish(BookingSettled, { ...paid }, { aggregateId: paid.bookingId });
  return paid.paymentId;
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
  const documents = [
    await send('POST', '/documents', uploadOf('identity')),
    await send('POST', '/documents', uploadOf('degree')),
  ];
  await send('POST', '/submit', {});
  await world.settled();
  const approvedDocuments = documents.map(({ body }) => textAt(body, 'documentId'));
  const path = `/admin/verifications/${await caseOf(world, tutorId)}/approve`;
  const body = { notes: 'documents are fine', approvedDocuments };
  const approved = await world.send('admin-service', 'POST', path, { token: await adminToken(world), body });
  if (approved.status !== 200) throw new Error(`the profile is not approved: ${approved.text}`);
  return approvedDocuments[0] ?? '';
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

/** What others have made of somebody's objects. The student asks for so much back that an administrator has to agree. */
async function outcomesOf(
  world: EdgeWorld,
  { studentId, tutorId, refundedPaymentId }: { studentId: string; tutorId: string; refundedPaymentId: string },
): Promise<Pick<Owner, 'payoutId' | 'caseId' | 'approvalId'>> {
  const token = await adminToken(world);
  const refund = await world.send('payment-service', 'POST', `/payments/${refundedPaymentId}/refunds`, {
    token: await world.tokens.user({ id: studentId, role: 'student' }),
    body: { amount: 9_000, reason: 'nobody came' },
  });
  const refundId = textAt(refund.body, 'refundId');
  await world.settled();
  const payouts = await world.send('payment-service', 'GET', '/payouts', { token });
  const approvals = await world.send('admin-service', 'GET', '/admin/approvals?kind=refund&limit=100', { token });
  return {
    payoutId: idIn(payouts, 'payoutId', (payout) => payout['tutorId'] === tutorId),
    caseId: await caseOf(world, tutorId),
    approvalId: idIn(approvals, 'approvalId', (task) => task['subjectId'] === refundId),
  };
}

async function caseOf(world: EdgeWorld, tutorId: string): Promise<string> {
  const cases = await world.send('admin-service', 'GET', '/admin/verifications?limit=100', { token: await adminToken(world) });
  return idIn(cases, 'caseId', (found) => found['tutorId'] === tutorId);
}

function adminToken(world: EdgeWorld): Promise<string> {
  return world.tokens.user({ id: randomUUID(), ...SUPERADMIN });
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

export function textAt(body: unknown, name: string): string {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
  if (typeof value !== 'string') throw new Error(`there is no ${name} in ${JSON.stringify(body)}`);
  return value;
}

function itemsIn({ body, text }: Answer): Readonly<Record<string, unknown>>[] {
  const items: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'items') : undefined;
  if (!Array.isArray(items)) throw new Error(`there are no items in ${text}`);
  return items;
}

function idIn(answer: Answer, name: string, isSought: (item: Readonly<Record<string, unknown>>) => boolean): string {
  return textAt(itemsIn(answer).find(isSought), name);
}
