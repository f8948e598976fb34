import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { expect, onTestFinished, test } from 'vitest';
import { MailCatcher } from './mail-catcher.ts';

const LONG = 'word '.repeat(60).trim();

test.each([
  ['plain ASCII', 'Welcome', 'Hello Ada,\n\nthis is = plain.'],
  ['a folded and encoded subject', `Schön, dass Sie da sind, Frau Müller-Lüdenscheidt: ${'Größe '.repeat(20)}bis bald`, 'Hi'],
  ['quoted-printable', 'Hallo', `Grüße an Zoë = 100 % 🎓\n\n${LONG}\n\nmit freundlichen Grüßen`],
  ['base64', 'Привет, 世界', 'Добро пожаловать на платформу\n\nこんにちは、世界'],
  ['long ASCII lines', 'Tips', `${LONG}\n\n${LONG}`],
  ['lines with a single dot', 'Dots', 'a\n.\n..b'],
])('a mail is read as it was written: %s', async (_, subject, text) => {
  const folder = await mkdtemp(join(tmpdir(), 'mails-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const catcher = await MailCatcher.start(folder, 0);
  onTestFinished(() => catcher.close());
  const transport = createTransport({ host: '127.0.0.1', port: catcher.port });
  await transport.sendMail({
    from: 'EdTech <no-reply@example.org>',
    to: { name: '', address: 'ada@example.org' },
    subject,
    text,
    messageId: '<message-1@edtech.local>',
  });
  const [mail, ...more] = await catcher.mails();
  expect(more).toEqual([]);
  expect(mail).toMatchObject({
    messageId: 'message-1@edtech.local',
    to: 'ada@example.org',
    subject,
    text,
  });
});
