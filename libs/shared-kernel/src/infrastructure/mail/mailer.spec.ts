import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Mail, Mailer } from '../../application/mailer.ts';
import { InMemoryMailer } from './in-memory.mailer.ts';
import { SmtpMailer } from './smtp.mailer.ts';

interface Caught extends Mail {
  readonly from: string;
}
const caught: Caught[] = [];
let refusing = false;
const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  onRcptTo: (_address, _session, done) => done(refusing ? Object.assign(new Error('mailbox full'), { responseCode: 452 }) : null),
  onData: (stream, session, done) => {
    void text(stream).then((raw) => {
      const [head = '', ...body] = raw.split('\r\n\r\n');
      const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
      caught.push({
        from: header('From'),
        to: session.envelope.rcptTo.map(({ address }) => address).join(),
        subject: header('Subject'),
        text: body.join('\r\n\r\n').trim(),
        messageId: /<(.*)@edtech\.local>/.exec(header('Message-ID'))?.[1] ?? '',
      });
      done();
    });
  },
});
let port = 0;
let smtp: SmtpMailer;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  smtp = new SmtpMailer({ host: '127.0.0.1', port, from: 'EdTech <no-reply@edtech.local>' });
});
afterAll(async () => {
  smtp.onApplicationShutdown();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});
beforeEach(() => {
  caught.length = 0;
  refusing = false;
});

const memory = new InMemoryMailer();
const welcome: Mail = { to: 'ann@example.org', subject: 'Welcome', text: 'Hello Ann', messageId: 'e-1.welcome' };

describe.each<[string, () => Mailer, () => readonly Mail[]]>([
  ['over SMTP', () => smtp, () => caught],
  ['in memory', () => memory, () => memory.mails],
])('a mailer %s', (_how, mailer, received) => {
  test('delivers what it is given, with the id that marks a repetition', async () => {
    await mailer().send(welcome);
    expect(received().at(-1)).toMatchObject(welcome);
    await mailer().send(welcome);
    expect(new Set(received().map(({ messageId }) => messageId))).toEqual(new Set(['e-1.welcome']));
  });

  test('has returned only when the mail is taken', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, n) => mailer().send({ ...welcome, messageId: `e-${n}.parallel` })));
    expect(received().filter(({ messageId }) => messageId.endsWith('.parallel'))).toHaveLength(5);
  });
});

describe('SMTP', () => {
  test('a mail that the server refuses is an error of the sender', async () => {
    await smtp.send(welcome);
    refusing = true;
    await expect(smtp.send(welcome)).rejects.toThrow(/mailbox full/);
    expect(caught).toHaveLength(1);
  });

  test('a subject or an address cannot add a header or a recipient', async () => {
    await smtp.send({ ...welcome, subject: 'Hi\r\nBcc: eve@example.org' });
    expect(caught.at(-1)?.to).toBe('ann@example.org');
    await smtp.send({ ...welcome, to: 'ann@example.org, eve@example.org' }).catch(() => undefined);
    expect(caught.flatMap(({ to }) => to.split(',')).filter((to) => to === 'eve@example.org')).toEqual([]);
  });

  test('an unreachable server is an error within the time limit', async () => {
    const nowhere = new SmtpMailer({ host: '127.0.0.1', port: 1, from: 'no-reply@edtech.local' });
    await expect(nowhere.send(welcome)).rejects.toMatchObject({ code: expect.stringMatching(/ECONN|ESOCKET/) });
    nowhere.onApplicationShutdown();
  });
});
