import { randomUUID } from 'node:crypto';
import { People, type Newcomer } from '../people.ts';
import { type Api, at, itemsOf, textAt, type Json } from './api.ts';
import { mailedTo } from './mailed-to.ts';
import { register } from './register.ts';
import { stepsOf, timersOf } from './saga-view.ts';
import type { Story } from './story.ts';
import { traceTree } from './trace-tree.ts';

const SERVICES = ['identity-service', 'user-service', 'tutor-service'];
const ONBOARDING = 'tutor-service.onboarding';

/**
 * The first slice of the platform, from HTTP to mailbox; `admin` is the token of a superadmin. Answers the tutor who was onboarded. Every line it
 * prints was seen; throws NotSeen for the first that was not.
 */
export async function playSlice(api: Api, admin: string, story: Story): Promise<Newcomer> {
  const run = Date.now().toString(36);
  const people = new People(api);
  const ops = async (path: string): Promise<Json> => (await api.call('GET', path, { token: admin })).body;
  const eventsOf = async (correlationId: string): Promise<Json[]> => {
    const pages = await Promise.all(SERVICES.map((service) => ops(`/ops/${service}/events?correlationId=${correlationId}`)));
    return pages.flatMap((page) => [...itemsOf(page)]);
  };
  story.chapter('An administrator creates a student');
  const studentEmail = `grace.${run}@example.org`;
  const key = randomUUID();
  const created = await register(api, admin, { email: studentEmail, key });
  story.expect(
    `POST /users answers 201 with ETag ${created.headers.get('etag')} and X-Correlation-Id`,
    created.status === 201 && created.headers.has('x-correlation-id'),
    created.body,
  );
  const studentId = textAt(created.body, 'id');
  const correlation = created.headers.get('x-correlation-id') ?? '';
  const again = await register(api, admin, { email: studentEmail, key });
  story.expect(
    'the same request with the same Idempotency-Key gets the same answer, marked as replayed',
    again.status === 201 && textAt(again.body, 'id') === studentId && again.headers.get('idempotency-replayed') === 'true',
    again.body,
  );
  const taken = await register(api, admin, { email: studentEmail.toUpperCase() });
  story.expect(
    `the address in capitals is refused: ${taken.status} ${textAt(taken.body, 'code')}`,
    taken.status === 409 && textAt(taken.body, 'code') === 'EMAIL_TAKEN',
    taken.body,
  );
  const forged = await api.call('POST', '/users', {
    token: admin,
    body: { email: `x.${run}@example.org`, firstName: 'X', lastName: 'Y', role: 'student', isSuperadmin: true },
  });
  story.expect(
    `an unknown field is refused: ${forged.status} ${textAt(forged.body, 'code')}`,
    forged.status === 400,
    forged.body,
  );

  story.chapter('One event, recorded with the state; four effects, each on its own');
  const event = await story.sees('user.created is in the log of user-service and has its place in the feed', async () =>
    (await eventsOf(correlation)).find(
      (one) => textAt(one, 'eventName') === 'user.created' && typeof at(one, 'position') === 'number',
    ),
  );
  story.says(
    `position ${at(event, 'position')} · ${textAt(event, 'aggregateType')} ${textAt(event, 'aggregateId')} v${at(event, 'streamVersion')} · schema v${at(event, 'schemaVersion')} · payload ${JSON.stringify(at(event, 'payload'))}`,
  );
  await story.sees('EventBridge has it: the publisher stands behind it', async () =>
    published(await ops('/ops/user-service/overview'), Number(at(event, 'position'))),
  );
  const mail = await story.sees('the welcome mail is in the catcher', () => mailedTo(api, studentEmail, /Welcome/));
  story.says(`"${textAt(mail, 'subject')}" to ${textAt(mail, 'to')}, Message-ID ${textAt(mail, 'messageId')}`);
  const student = await people.accept(studentEmail);
  story.saw('the student has chosen a password with the link in the mail, and is signed in');
  await story.sees('the default settings are there', async () => {
    const settings = await api.call('GET', '/users/me/settings', { token: student });
    return settings.status === 200 ? settings.body : undefined;
  });

  story.chapter('A tutor registers: another service hears of it through EventBridge and SQS');
  const tutor = await people.register('tutor', `emmy.${run}@example.org`);
  story.saw('the tutor has registered, opened the mail and signed in');
  const draft = await story.sees('tutor-service has a draft profile', async () => {
    const profile = await api.call('GET', '/tutors/me', { token: tutor.token });
    return profile.status === 200 ? profile.body : undefined;
  });
  story.says(`tutor ${tutor.id} is "${textAt(draft, 'status')}"`);

  const steps = await watchOnboarding(api, story, {
    admin,
    ops,
    key: tutor.id,
    mail: (subject) => mailedTo(api, tutor.email, subject),
  });

  story.chapter('One correlation id through three services, as a tree of causes');
  const trace = await story.sees('the trace reaches from the request to the end of the onboarding', async () => {
    const events = await eventsOf(tutor.correlationId);
    return events.some((one) => textAt(one, 'eventName') === 'tutor.onboarding_completed') ? events : undefined;
  });
  story.says(traceTree(trace, steps));
  story.expect(
    'every event names its cause, its actor and the user it is about',
    trace.every(
      (one) => textAt(one, 'causationId') !== '' && textAt(one, 'actor.id') !== '' && textAt(one, 'userId') === tutor.id,
    ),
    trace,
  );
  const health = await api.call('GET', '/health');
  story.says(`health: ${textAt(health.body, 'status')}`);
  return tutor;
}

interface Onboarding {
  readonly admin: string;
  readonly ops: (path: string) => Promise<Json>;
  readonly key: string;
  readonly mail: (subject: RegExp) => Promise<Json | undefined>;
}

/** The saga S1: a mail at once, the dashboard after one hour, tips after 24. */
async function watchOnboarding(api: Api, story: Story, { admin, ops, key, mail }: Onboarding): Promise<readonly Json[]> {
  story.chapter('The onboarding saga keeps its timers in the database');
  const address = `/ops/tutor-service/sagas/${ONBOARDING}/${key}`;
  const saga = await story.sees('the saga runs', async () => {
    const view = await ops(address);
    return textAt(view, 'saga') === ONBOARDING ? view : undefined;
  });
  for (const timer of timersOf(saga)) story.says(`◷ ${textAt(timer, 'name')} in ${countdown(textAt(timer, 'dueAt'))}`);
  await story.sees('the tutor has the welcome mail of the onboarding', () => mail(/tutor|teach|profile|onboarding/i));
  for (const name of ['dashboard', 'tips']) {
    const timer = timersOf(await ops(address)).find((one) => textAt(one, 'name') === name);
    const dueIn = Date.parse(textAt(timer ?? null, 'dueAt')) - Date.now();
    if (timer !== undefined && dueIn > 20_000) {
      const fired = await api.call('POST', `${address}/timers/${name}/fire`, {
        token: admin,
        body: { reason: 'shown in the demo' },
      });
      story.expect(
        `the operator fires "${name}" early (it was due in ${countdown(textAt(timer, 'dueAt'))})`,
        fired.status === 202,
        fired.body,
      );
    }
    await story.sees(`the timer "${name}" has fired`, async () =>
      timersOf(await ops(address)).some((one) => textAt(one, 'name') === name) ? undefined : true,
    );
  }
  const done = await story.sees('every step was carried out and the saga is complete', async () => {
    const view = await ops(address);
    return textAt(view, 'status') === 'completed' && stepsOf(view).every((step) => textAt(step, 'status') === 'done')
      ? view
      : undefined;
  });
  for (const step of stepsOf(done)) story.says(`✔ ${textAt(step, 'command')} at ${textAt(step, 'doneAt')}`);
  return stepsOf(done);
}

function published(overview: Json, position: number): true | undefined {
  const subscriptions = at(overview, 'subscriptions');
  const publisher = Array.isArray(subscriptions)
    ? subscriptions.find((one: Json) => textAt(one, 'name') === 'user-service.event-bridge')
    : undefined;
  return publisher !== undefined && Number(at(publisher, 'checkpoint')) >= position ? true : undefined;
}

function countdown(dueAt: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(dueAt) - Date.now()) / 1_000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
