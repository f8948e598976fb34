import { CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataFolderInUse, startLocalAws, type LocalAws, type LocalAwsOptions } from '../src/index.ts';
import { clientsFor } from './clients.ts';

let folder: string;
const running: LocalAws[] = [];
const start = async (options: Partial<LocalAwsOptions> = {}) => {
  const aws = await startLocalAws({ port: 0, ...options });
  running.push(aws);
  return aws;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-'));
});

afterEach(async () => {
  for (const aws of running.splice(0)) await aws.close();
  await rm(folder, { recursive: true, force: true });
});

test('health names the instance, and every run has another name', async () => {
  const [first, second] = [await start(), await start()];
  const health = await (await fetch(`${first.url}/_local/health`)).json();
  expect(health).toEqual({ instanceId: first.instanceId, uptime: expect.any(Number) });
  expect(second.instanceId).not.toBe(first.instanceId);
});

test('at start it says what it does not do', async () => {
  const lines: string[] = [];
  await start({ log: (line) => lines.push(line) });
  expect(lines.join('\n')).toContain('no IAM');
  expect(lines.join('\n')).toContain('no DynamoDB transactions');
});

test('a target of an API that is not there is refused by name', async () => {
  const aws = await start();
  const answer = await fetch(aws.url, { method: 'POST', headers: { 'x-amz-target': 'AWSScheduler.CreateSchedule' }, body: '{}' });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    __type: 'UnknownOperationException',
    message: expect.stringContaining('AWSScheduler.CreateSchedule'),
  });
});

test('a request of more than 16 MB is refused with 413', async () => {
  const { url } = await start();
  const put = (bytes: number) =>
    fetch(url, { method: 'POST', headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' }, body: 'x'.repeat(bytes) });
  expect((await put(1_000)).status).toBe(404);
  expect((await put(16 * 1024 * 1024 + 1)).status).toBe(413);
});

test('a second run on the same folder is refused until the first is closed', async () => {
  const first = await start({ dataDir: folder });
  await expect(start({ dataDir: folder })).rejects.toBeInstanceOf(DataFolderInUse);
  await first.close();
  expect(await readdir(folder)).not.toContain('lock');
  await start({ dataDir: folder });
});

test('a lock is respected while its process runs and taken over when it does not', async () => {
  await writeFile(join(folder, 'lock'), String(process.ppid));
  await expect(start({ dataDir: folder })).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE', pid: process.ppid });
  const longGone = 2 ** 22 + 1;
  await writeFile(join(folder, 'lock'), String(longGone));
  await start({ dataDir: folder });
});

test('a port that is taken fails the start and leaves the folder free', async () => {
  const { port } = await start();
  await expect(start({ dataDir: folder, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await start({ dataDir: folder });
});

test('queues survive a restart, under the address of the new run', async () => {
  const first = await start({ dataDir: folder });
  const before = clientsFor(first.url);
  const { QueueUrl } = await before.sqs.send(new CreateQueueCommand({ QueueName: 'kept' }));
  await before.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept too' }));
  before.destroy();
  await first.close();
  const second = await start({ dataDir: folder });
  const after = clientsFor(second.url);
  const url = `${second.url}/000000000000/kept`;
  expect((await after.sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([url]);
  const { Messages } = await after.sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
  expect(Messages?.[0]?.Body).toBe('kept too');
  after.destroy();
});

test('closing ends a long poll at once, with an empty answer', async () => {
  const aws = await start();
  const { sqs, destroy } = clientsFor(aws.url);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'quiet' }));
  const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startedAt = performance.now();
  await aws.close();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect((await polling).Messages).toBeUndefined();
  destroy();
});

test('a client that leaves its long poll takes no message with it', async () => {
  const aws = await start();
  const { sqs, destroy } = clientsFor(aws.url);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'left' }));
  const leaving = new AbortController();
  const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: leaving.signal });
  await new Promise((resolve) => setTimeout(resolve, 100));
  leaving.abort();
  await expect(polling).rejects.toMatchObject({ name: 'AbortError' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'for the next one' }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  expect(Messages?.[0]?.Body).toBe('for the next one');
  destroy();
});

test.each(['DynamoDB_20120810.PutItem', 'AWSEvents.PutEvents', 'AmazonSQS.SendMessage'])(
  'a client that dies in the middle of a %s request harms nobody else',
  async (target) => {
    const aws = await start();
    const dying = request(aws.url, { method: 'POST', headers: { 'x-amz-target': target, 'content-length': '1000' } });
    dying.on('error', () => undefined);
    dying.write('{"half":');
    await new Promise((resolve) => setTimeout(resolve, 100));
    dying.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await fetch(`${aws.url}/_local/health`)).status).toBe(200);
  },
);
