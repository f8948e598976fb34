import type { SeededRandom } from '@edtech/shared-kernel/testing';
import { claimsOf } from '@edtech/platform';
import type { Answer } from '../http-client.ts';
import { eventually, itemsOf, textOf, type Doors } from './doors.ts';
import type { FrontDoor } from './front-door.ts';
import type { Decision, Member, PeopleFacts } from './member.ts';

interface Case {
  readonly caseId: string;
  readonly documentIds: readonly string[];
}

const PROFILE = {
  bio: 'I have taught algebra for ten years and love patient questions.',
  subjects: [{ code: 'algebra', level: 'high_school' }],
};
const AVAILABILITY = { timezone: 'UTC', weekly: [{ day: 1, from: '09:00', to: '12:00' }], exceptions: [] };

/** New tutors hand their papers in, and an administrator decides. */
export class Teaching {
  #acts = 0;

  constructor(
    private readonly doors: Doors,
    private readonly frontDoor: FrontDoor,
    private readonly facts: PeopleFacts,
    /** Of an administrator with the duty. */
    private readonly reviewer: string,
  ) {}

  /** Completes the profile of a new tutor. False: not everything was acknowledged. */
  async prepare(tutor: Member): Promise<boolean> {
    const token = await this.#token(tutor);
    if (token === undefined) return false;
    const made = await this.doors.askPatiently('tutor-service', { method: 'GET', path: '/tutors/me', token }, ['NOT_FOUND']);
    if (made?.status !== 200) return false;
    const steps = [
      ['PATCH', '/tutors/me', PROFILE],
      ['PUT', '/tutors/me/rate', { hourlyRate: 4_500, currency: 'USD' }],
      ['PUT', '/tutors/me/availability', AVAILABILITY],
      ['POST', '/tutors/me/documents', scanOf('identity')],
      ['POST', '/tutors/me/documents', scanOf('degree')],
    ] as const;
    for (const [method, path, body] of steps) {
      const answer = await this.doors.ask('tutor-service', { method, path, token, body, key: this.#unique('step') });
      if (answer === undefined) return false;
      if (answer.status >= 300) return this.#failed(`${method} ${path}`, answer);
    }
    return true;
  }

  /** Answers the attempt; undefined: not acknowledged. */
  async submit(tutor: Member): Promise<number | undefined> {
    const token = await this.#token(tutor);
    if (token === undefined) return undefined;
    const path = '/tutors/me/submit';
    const request = { method: 'POST', path, token, key: this.#unique('submission') } as const;
    // Until tutor-service has heard that the tutor is active, and what became of an earlier attempt.
    const answer = await this.doors.askPatiently('tutor-service', request, ['INVALID_STATE', 'PROFILE_INCOMPLETE']);
    if (answer === undefined) return undefined;
    if (answer.status !== 202) return this.doors.expectedNot('a submission', answer);
    const attempt: unknown = typeof answer.body === 'object' && answer.body !== null ? Reflect.get(answer.body, 'attempt') : 0;
    this.facts.submissions.push({ tutorId: tutor.userId, attempt: Number(attempt) });
    return Number(attempt);
  }

  async decide(tutorId: string, decision: Decision): Promise<boolean> {
    const found = await eventually(() => this.#openCaseOf(tutorId));
    if (found === undefined) return false;
    const { caseId } = found;
    const mark = this.#unique('decision');
    const [act, body] = judgementOf(decision, mark, found);
    const answer = await this.doors.ask('admin-service', {
      method: 'POST',
      path: `/admin/verifications/${caseId}/${act}`,
      token: this.reviewer,
      body,
      key: mark,
    });
    if (answer === undefined) return false;
    if (answer.status !== 200) return this.#failed('a decision', answer);
    this.facts.decisions.push({ caseId, decision, mark });
    return true;
  }

  async #token(tutor: Member): Promise<string | undefined> {
    const { session } = tutor;
    const good = session !== undefined && claimsOf(session.accessToken).role === 'tutor';
    return (good ? session : await this.frontDoor.signIn(tutor, ({ role }) => role === 'tutor'))?.accessToken;
  }

  async #openCaseOf(tutorId: string): Promise<Case | undefined> {
    const path = '/admin/verifications?status=open&limit=100';
    const answer = await this.doors.ask('admin-service', { method: 'GET', path, token: this.reviewer });
    if (answer?.status !== 200) return undefined;
    const found = itemsOf(answer.body).find((one) => textOf(one, 'tutorId') === tutorId);
    if (typeof found !== 'object' || found === null) return undefined;
    const documents: unknown = Reflect.get(found, 'documents');
    const documentIds = Array.isArray(documents) ? documents.map((document) => textOf(document, 'id')) : [];
    return { caseId: textOf(found, 'caseId'), documentIds };
  }

  #failed(what: string, answer: Answer): false {
    this.doors.expectedNot(what, answer);
    return false;
  }

  #unique(act: string): string {
    return `${act}-${String(this.#acts++).padStart(6, '0')}`;
  }
}

/** What is asked of admin-service: the last part of the path, and the body. */
function judgementOf(decision: Decision, mark: string, { documentIds }: Case): [string, object] {
  switch (decision) {
    case 'approved':
      return ['approve', { notes: mark, approvedDocuments: documentIds }];
    case 'rejected':
      return ['reject', { reason: mark, feedback: 'The scan cannot be read.', rejectedDocuments: documentIds.slice(0, 1) }];
    case 'info_requested':
      return ['request-info', { items: [mark] }];
  }
}

export function drawDecision(random: SeededRandom): Decision {
  return random.pick<Decision>(['approved', 'approved', 'rejected', 'info_requested']);
}

function scanOf(type: string): FormData {
  const form = new FormData();
  form.set('type', type);
  form.set('file', new Blob(['%PDF-1.7 a scan\n'], { type: 'application/pdf' }), 'scan.pdf');
  return form;
}
