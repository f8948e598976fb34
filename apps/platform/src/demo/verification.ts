import { randomUUID } from 'node:crypto';
import { People, type Newcomer, type Person } from '../people.ts';
import { type Answer, type Api, at, itemOf, type Json, listAt, textAt } from './api.ts';
import type { Story } from './story.ts';
import { completeProfile, upload } from './tutor-profile.ts';

const FEEDBACK = 'The seal cannot be read. Scan the degree again.';

/**
 * A tutor with a draft profile hands it in, is rejected, does better and is verified. Answers the administrator who decided. Every line was seen;
 * throws NotSeen for the first that was not.
 */
export async function playVerification(api: Api, superadmin: string, story: Story, tutor: Newcomer): Promise<Person> {
  story.chapter('The profile is handed in, and an administrator rejects it');
  const address = `vera.${randomUUID().slice(0, 8)}@example.org`;
  const reviewer = await new People(api).appoint(superadmin, address, ['verification']);
  story.saw('an administrator has registered, and the superadmin has granted the duty verification');
  const desk = new VerificationDesk(api, story, { tutor, reviewer });
  const early = await desk.submits();
  story.expect(
    `POST /tutors/me/submit of an empty draft → ${early.status} ${textAt(early.body, 'code')}`,
    early.status === 422 && textAt(early.body, 'code') === 'PROFILE_INCOMPLETE',
    early.body,
  );
  await completeProfile(api, story, tutor.token);
  const first = await desk.takesUp(await desk.submits(), 1);
  await desk.isHidden();
  const degree = listAt(await desk.profile(), 'documents').find((document) => textAt(document, 'type') === 'degree');
  const rejectedDocuments = [textAt(degree ?? null, 'id')];
  await desk.decides(first, 'reject', { reason: 'a document is not readable', feedback: FEEDBACK, rejectedDocuments });
  const rejected = await desk.becomes('rejected');
  story.expect(
    `the tutor reads why: "${textAt(rejected, 'feedback.feedback')}"`,
    textAt(rejected, 'feedback.feedback') === FEEDBACK,
    rejected,
  );

  story.chapter('The tutor does better and is verified; now everybody may see the profile');
  await upload(api, story, tutor.token, 'degree', 'a degree whose seal can be read');
  story.saw('POST /tutors/me/documents: another scan of the degree');
  const second = await desk.takesUp(await desk.submits(), 2);
  const approvedDocuments = listAt(second, 'documents').map((document) => textAt(document, 'id'));
  await desk.decides(second, 'approve', { notes: 'both documents are in order', approvedDocuments });
  await desk.becomes('verified');
  await story.sees(`GET /tutors/${tutor.id.slice(0, 8)}… without a token → 200`, async () =>
    (await api.call('GET', `/tutors/${tutor.id}`)).status === 200 ? true : undefined,
  );
  await story.sees('GET /users/me has the badge: user-service has heard of it too', async () =>
    at((await api.call('GET', '/users/me', { token: tutor.token })).body, 'tutorVerified') === true ? true : undefined,
  );
  return reviewer;
}

interface Parties {
  readonly tutor: Person;
  readonly reviewer: Person;
}

/** Where a tutor and an administrator meet. */
class VerificationDesk {
  constructor(
    private readonly api: Api,
    private readonly story: Story,
    private readonly parties: Parties,
  ) {}

  submits(): Promise<Answer> {
    return this.api.call('POST', '/tutors/me/submit', { token: this.parties.tutor.token });
  }

  async profile(): Promise<Json> {
    return (await this.api.call('GET', '/tutors/me', { token: this.parties.tutor.token })).body;
  }

  /** The case of a submission, once an administrator works on it. */
  async takesUp(submitted: Answer, attempt: number): Promise<Json> {
    const { api, story } = this;
    const { tutor, reviewer } = this.parties;
    story.expect(
      `POST /tutors/me/submit → ${submitted.status}, attempt ${at(submitted.body, 'attempt')}`,
      submitted.status === 202 && at(submitted.body, 'attempt') === attempt,
      submitted.body,
    );
    const open = await story.sees('GET /admin/verifications?status=open shows the case', () =>
      itemOf(
        api,
        '/admin/verifications?status=open&limit=100',
        reviewer.token,
        (one) => textAt(one, 'tutorId') === tutor.id && at(one, 'attempt') === attempt,
      ),
    );
    const assigned = await api.call('POST', `/admin/verifications/${textAt(open, 'caseId')}/assign`, {
      token: reviewer.token,
      body: {},
    });
    if (assigned.status !== 200) story.expect('the case is assigned', false, assigned.body);
    await this.becomes('in_review');
    return open;
  }

  becomes(status: string): Promise<Json> {
    return this.story.sees(`GET /tutors/me → ${status}`, async () => {
      const profile = await this.profile();
      return textAt(profile, 'status') === status ? profile : undefined;
    });
  }

  async isHidden(): Promise<void> {
    const { id } = this.parties.tutor;
    const seen = await this.api.call('GET', `/tutors/${id}`);
    this.story.expect(`GET /tutors/${id.slice(0, 8)}… without a token → ${seen.status}`, seen.status === 404, seen.body);
  }

  async decides(open: Json, decision: 'approve' | 'reject', body: Json): Promise<void> {
    const path = `/admin/verifications/${textAt(open, 'caseId')}/${decision}`;
    const decided = await this.api.call('POST', path, { token: this.parties.reviewer.token, body });
    this.story.expect(`POST /admin/verifications/…/${decision} → ${decided.status}`, decided.status === 200, decided.body);
  }
}
