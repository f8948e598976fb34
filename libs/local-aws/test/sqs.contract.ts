import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  InvalidAttributeName,
  InvalidAttributeValue,
  ListQueuesCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TooManyEntriesInBatchRequest,
  type Message,
  type ReceiveMessageCommandInput,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';

/** What the platform needs of SQS. `requestBytesLimit` is the sum a batch may have. Removes the queues it makes. */
export function sqsContract(client: () => SQSClient, requestBytesLimit: number): void {
  const made: string[] = [];

  const createQueue = async (attributes: Record<string, string> = {}, suffix = '') => {
    const QueueName = `contract-${randomUUID()}${suffix}`;
    const { QueueUrl = '' } = await client().send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
    made.push(QueueUrl);
    return QueueUrl;
  };
  const createFifo = (attributes: Record<string, string> = {}) => createQueue({ FifoQueue: 'true', ...attributes }, '.fifo');
  const attributesOf = async (QueueUrl: string) =>
    (await client().send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
  const send = (QueueUrl: string, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
    client().send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
  const receive = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
    const input = {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 2,
      MessageSystemAttributeNames: ['All' as const],
      ...more,
    };
    return (await client().send(new ReceiveMessageCommand(input))).Messages ?? [];
  };
  const receiveOne = async (QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message> => {
    const [message] = await receive(QueueUrl, { MaxNumberOfMessages: 1, ...more });
    if (!message) throw new Error(`no message came from ${QueueUrl} within its wait`);
    return message;
  };
  const remove = (QueueUrl: string, { ReceiptHandle }: Message) =>
    client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

  afterAll(async () => {
    for (const QueueUrl of made)
      await client()
        .send(new DeleteQueueCommand({ QueueUrl }))
        .catch(() => undefined);
  });

  test('a queue is found by name, listed by prefix and created again without change', async () => {
    const url = await createQueue({ VisibilityTimeout: '17' });
    const QueueName = url.split('/').at(-1) ?? '';
    const create = (VisibilityTimeout: string) =>
      client().send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout } }));
    expect((await client().send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(url);
    expect((await client().send(new ListQueuesCommand({ QueueNamePrefix: QueueName }))).QueueUrls).toEqual([url]);
    expect((await create('17')).QueueUrl).toBe(url);
    await expect(create('18')).rejects.toBeInstanceOf(QueueNameExists);
  });

  test('attributes are set and read; a wrong name or value is refused and changes nothing', async () => {
    const QueueUrl = await createQueue();
    const set = (Attributes: Record<string, string>) => client().send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await set({ VisibilityTimeout: '5', DelaySeconds: '0' });
    expect(await attributesOf(QueueUrl)).toMatchObject({ VisibilityTimeout: '5', MessageRetentionPeriod: '345600' });
    await expect(set({ VisibilityTimeout: '43201' })).rejects.toBeInstanceOf(InvalidAttributeValue);
    await expect(set({ Colour: 'red' })).rejects.toBeInstanceOf(InvalidAttributeName);
    expect(await attributesOf(QueueUrl)).toMatchObject({ VisibilityTimeout: '5' });
  });

  test('a queue that does not exist is an error of its own, also after it was deleted', async () => {
    const url = await createQueue();
    await send(url, 'there');
    await client().send(new DeleteQueueCommand({ QueueUrl: url }));
    const failure = send(url, 'gone');
    await expect(failure).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(failure).rejects.toMatchObject({ Code: 'AWS.SimpleQueueService.NonExistentQueue' });
    await expect(client().send(new GetQueueUrlCommand({ QueueName: `none-${randomUUID()}` }))).rejects.toBeInstanceOf(
      QueueDoesNotExist,
    );
  });

  test('a message carries its body, digest, attributes and count', async () => {
    const url = await createQueue();
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'größe' },
      count: { DataType: 'Number', StringValue: '7' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
    };
    const sent = await send(url, 'héllo ✓', { MessageAttributes });
    const message = await receiveOne(url, { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'héllo ✓',
      MD5OfBody: sent.MD5OfMessageBody,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1' },
    });
    expect(message.MessageAttributes?.['kind']?.StringValue).toBe('größe');
    expect([...(message.MessageAttributes?.['raw']?.BinaryValue ?? [])]).toEqual([1, 2, 255]);
  });

  test('the digest of attributes covers name, type, kind and value, each after its length', async () => {
    const url = await createQueue();
    const sent = await send(url, 'x', { MessageAttributes: { attribute1: { DataType: 'String', StringValue: 'value1' } } });
    const parts = ['attribute1', 'String', 'value1'].map((part) =>
      Buffer.concat([Buffer.from([0, 0, 0, part.length]), Buffer.from(part)]),
    );
    const [name = Buffer.alloc(0), type = Buffer.alloc(0), value = Buffer.alloc(0)] = parts;
    expect(sent.MD5OfMessageAttributes).toBe(
      createHash('md5')
        .update(Buffer.concat([name, type, Buffer.from([1]), value]))
        .digest('hex'),
    );
  });

  test('a received message is hidden for its visibility timeout, then comes back with a higher count', async () => {
    const url = await createQueue({ VisibilityTimeout: '1' });
    await send(url, 'again');
    const first = await receiveOne(url);
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    expect(await attributesOf(url)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    const second = await receiveOne(url, { WaitTimeSeconds: 5 });
    expect(second.Attributes?.['ApproximateReceiveCount']).toBe('2');
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
    expect(second.Attributes?.['ApproximateFirstReceiveTimestamp']).toBe(first.Attributes?.['ApproximateFirstReceiveTimestamp']);
  });

  test('a deleted message stays deleted; deleting twice is no error; a foreign handle is', async () => {
    const url = await createQueue({ VisibilityTimeout: '1' });
    await send(url, 'once');
    const message = await receiveOne(url);
    await remove(url, message);
    await remove(url, message);
    expect(await receive(url, { WaitTimeSeconds: 2 })).toEqual([]);
    await expect(remove(url, { ReceiptHandle: 'not a handle' })).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
  });

  test('visibility is prolonged, ended at once with 0, and refused for a message that is not in flight', async () => {
    const url = await createQueue({ VisibilityTimeout: '1' });
    await send(url, 'slow work');
    const { ReceiptHandle } = await receiveOne(url);
    const change = (VisibilityTimeout: number) =>
      client().send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    await change(30);
    expect(await receive(url, { WaitTimeSeconds: 2 })).toEqual([]);
    await change(0);
    await expect(change(30)).rejects.toBeInstanceOf(MessageNotInflight);
    expect(bodies(await receive(url))).toEqual(['slow work']);
  });

  test('a delayed message appears after its delay', async () => {
    const url = await createQueue();
    await send(url, 'later', { DelaySeconds: 1 });
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    expect((await attributesOf(url))['ApproximateNumberOfMessagesDelayed']).toBe('1');
    expect(bodies(await receive(url, { WaitTimeSeconds: 5 }))).toEqual(['later']);
  });

  test('a long poll wakes when a message arrives, and ends empty after its wait', async () => {
    const url = await createQueue();
    const waiting = receive(url, { WaitTimeSeconds: 10 });
    await sleep(200);
    const sentAt = performance.now();
    await send(url, 'wake up');
    expect(bodies(await waiting)).toEqual(['wake up']);
    expect(performance.now() - sentAt).toBeLessThan(1_000);
    const startedAt = performance.now();
    expect(await receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  test('a message received maxReceiveCount times goes to the dead letter queue with its id', async () => {
    const dlq = await createQueue();
    const deadLetterTargetArn = (await attributesOf(dlq))['QueueArn'];
    const url = await createQueue({
      VisibilityTimeout: '0',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    });
    const { MessageId } = await send(url, 'poison', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'k' } } });
    for (const count of ['1', '2']) {
      expect((await receiveOne(url)).Attributes?.['ApproximateReceiveCount']).toBe(count);
    }
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    const dead = await receiveOne(dlq, { MessageAttributeNames: ['All'] });
    expect(dead).toMatchObject({ MessageId, Body: 'poison', MessageAttributes: { kind: { StringValue: 'k' } } });
    expect((await attributesOf(url))['ApproximateNumberOfMessages']).toBe('0');
  });

  test('a batch answers every entry; a handle that is none fails alone', async () => {
    const QueueUrl = await createQueue();
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: `body ${index}` }));
    const sent = await client().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(Entries.map(({ Id }) => Id));
    const messages: Message[] = [];
    while (messages.length < 10) messages.push(...(await receive(QueueUrl)));
    expect(new Set(bodies(messages)).size).toBe(10);
    const [first, ...others] = messages.map(({ ReceiptHandle }, index) => ({ Id: `d${index}`, ReceiptHandle }));
    const changed = await client().send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: others.map((entry) => ({ ...entry, VisibilityTimeout: 60 })),
      }),
    );
    expect(changed.Successful).toHaveLength(9);
    const deleted = await client().send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [...others, { Id: 'bad', ReceiptHandle: 'not a handle' }] }),
    );
    expect(deleted.Successful).toHaveLength(9);
    expect(deleted.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
    await client().send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    expect(await receive(QueueUrl)).toHaveLength(1);
  });

  test('a batch is refused as a whole when empty, too long, too many or with repeated ids', async () => {
    const QueueUrl = await createQueue();
    const batch = (bodiesToSend: string[], id = (index: number) => `m${index}`) =>
      client().send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: bodiesToSend.map((MessageBody, index) => ({ Id: id(index), MessageBody })),
        }),
      );
    await batch(['a', 'b']);
    await expect(batch([])).rejects.toBeInstanceOf(EmptyBatchRequest);
    await expect(batch(Array.from({ length: 11 }, () => 'x'))).rejects.toBeInstanceOf(TooManyEntriesInBatchRequest);
    await expect(batch(['a', 'b'], () => 'same')).rejects.toBeInstanceOf(BatchEntryIdsNotDistinct);
    const half = 'x'.repeat(requestBytesLimit / 2);
    await batch([half, half]);
    await expect(batch([half, `${half}y`])).rejects.toBeInstanceOf(BatchRequestTooLong);
    await expect(send(QueueUrl, 'x'.repeat(requestBytesLimit + 1))).rejects.toThrow('Message must be shorter than');
    expect((await attributesOf(QueueUrl))['ApproximateNumberOfMessages']).toBe('4');
  });

  test('purge removes every message', async () => {
    const url = await createQueue();
    await send(url, 'a');
    await send(url, 'b');
    await receiveOne(url);
    await client().send(new PurgeQueueCommand({ QueueUrl: url }));
    await expect
      .poll(() => attributesOf(url), { timeout: 60_000 })
      .toMatchObject({
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
      });
  });

  test('a FIFO group keeps its order and waits for what is in flight, other groups go on', async () => {
    const url = await createFifo({ ContentBasedDeduplication: 'true' });
    for (const [group, body] of ['a1', 'a2', 'b1', 'a3'].map((text) => [text.slice(0, 1), text] as const)) {
      await send(url, body, { MessageGroupId: group });
    }
    const a1 = await receiveOne(url);
    expect(a1.Body).toBe('a1');
    const b1 = await receive(url);
    expect(bodies(b1)).toEqual(['b1']);
    expect(await receive(url, { WaitTimeSeconds: 0 })).toEqual([]);
    await remove(url, a1);
    const rest = await receive(url);
    expect(bodies(rest)).toEqual(['a2', 'a3']);
    const sequences = rest.map(({ Attributes }) => Attributes?.['SequenceNumber'] ?? '');
    expect(sequences.toSorted()).toEqual(sequences);
  });

  test('a FIFO message that becomes visible again comes before later ones of its group', async () => {
    const url = await createFifo({ ContentBasedDeduplication: 'true' });
    await send(url, 'first', { MessageGroupId: 'g' });
    const { ReceiptHandle } = await receiveOne(url);
    await send(url, 'second', { MessageGroupId: 'g' });
    await client().send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }));
    expect(bodies(await receive(url))).toEqual(['first', 'second']);
  });

  test('a FIFO queue accepts a deduplication id once, and answers the second send like the first', async () => {
    const url = await createFifo();
    const sendAs = (body: string, MessageDeduplicationId: string) =>
      send(url, body, { MessageGroupId: 'g', MessageDeduplicationId });
    const [first, racing] = await Promise.all([sendAs('one', 'id-1'), sendAs('one', 'id-1')]);
    const again = await sendAs('other body', 'id-1');
    expect([racing.MessageId, again.MessageId]).toEqual([first.MessageId, first.MessageId]);
    expect(again.SequenceNumber).toBe(first.SequenceNumber);
    await sendAs('two', 'id-2');
    expect(bodies(await receive(url))).toEqual(['one', 'two']);
    await expect(send(url, 'x', { MessageGroupId: 'g' })).rejects.toThrow('ContentBasedDeduplication');
    await expect(send(url, 'x', { MessageDeduplicationId: 'id-3' })).rejects.toThrow('MessageGroupId');
  });
}
