import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/memory-store.ts';
import { QUEUE, testBus } from './test-bus.ts';

const good = { Source: 's', DetailType: 't', Detail: '{"n":1}' };

describe('PutEvents', () => {
  test('delivers the envelope of AWS, with the detail exactly as it was sent', async () => {
    const { bus, rule, call, targets } = await testBus();
    await rule('all', { Id: '1', Arn: QUEUE });
    const detail = '{ "big": 12345678901234567890.10, "é": "ß" }';
    const Time = Date.parse('2026-02-03T04:05:06.789Z') / 1000;
    const { Entries } = await call('PutEvents', {
      Entries: [{ ...good, Detail: detail, Resources: ['r'], Time, TraceHeader: 'x' }],
    });
    await bus.idle();
    const [message] = targets.at(QUEUE);
    expect(message?.body).toContain(`"detail":${detail}`);
    const { id, ...envelope } = JSON.parse(message?.body ?? '');
    expect(Entries).toEqual([{ EventId: id }]);
    expect(envelope).toMatchObject({
      version: '0',
      'detail-type': 't',
      source: 's',
      account: '000000000000',
      time: '2026-02-03T04:05:06Z',
      region: 'us-east-1',
      resources: ['r'],
    });
  });

  test('without a Time the event happens now', async () => {
    const { bus, rule, put, targets } = await testBus();
    await rule('all', { Id: '1', Arn: QUEUE });
    await put({});
    await bus.idle();
    expect(JSON.parse(targets.at(QUEUE)[0]?.body ?? '').time).toBe('2026-03-01T12:00:00Z');
  });

  test('takes 1 to 10 entries', async () => {
    const { call } = await testBus();
    expect(await call('PutEvents', { Entries: Array.from({ length: 10 }, () => good) })).toMatchObject({ FailedEntryCount: 0 });
    for (const length of [0, 11]) {
      const entries = Array.from({ length }, () => good);
      await expect(call('PutEvents', { Entries: entries })).rejects.toMatchObject({ type: 'ValidationException' });
    }
    await expect(call('PutEvents')).rejects.toMatchObject({ type: 'ValidationException' });
  });

  test('a refused entry keeps its place and does not hinder the others', async () => {
    const { bus, rule, call, targets } = await testBus();
    await rule('all', { Id: '1', Arn: QUEUE });
    const answer = await call('PutEvents', {
      Entries: [
        good,
        { ...good, Source: undefined },
        { ...good, DetailType: '' },
        { ...good, Detail: undefined },
        { ...good, Detail: '[1]' },
        { ...good, Detail: '{"a"' },
        { ...good, EventBusName: 'nowhere' },
        { ...good, Source: 'aws.s3' },
        good,
      ],
    });
    expect(answer['FailedEntryCount']).toBe(7);
    expect(answer['Entries']).toMatchObject([
      { EventId: expect.any(String) },
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('Source') },
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('DetailType') },
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('Detail') },
      { ErrorCode: 'MalformedDetail' },
      { ErrorCode: 'MalformedDetail' },
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringContaining('nowhere') },
      { ErrorCode: 'NotAuthorizedForSourceException' },
      { EventId: expect.any(String) },
    ]);
    await bus.idle();
    expect(targets.at(QUEUE)).toHaveLength(2);
  });

  test('the entries of one request count in bytes of UTF-8, with 14 for a Time, up to the limit', async () => {
    const { call } = await testBus({ requestBytesLimit: 100 });
    const sized = (bytes: number) => ({ Source: 'é', DetailType: 't', Detail: JSON.stringify({ a: 'x'.repeat(bytes - 11) }) });
    expect(await call('PutEvents', { Entries: [sized(50), sized(50)] })).toMatchObject({ FailedEntryCount: 0 });
    expect(await call('PutEvents', { Entries: [{ ...sized(86), Time: 0 }] })).toMatchObject({ FailedEntryCount: 0 });
    for (const entries of [
      [sized(50), sized(51)],
      [{ ...sized(87), Time: 0 }],
      [{ ...sized(90), Resources: ['x'.repeat(11)] }],
    ]) {
      await expect(call('PutEvents', { Entries: entries })).rejects.toThrow('over the limit');
    }
  });

  test('an entry whose source does not own its detail type is refused with the reason', async () => {
    const { bus } = await testBus({
      ownership: (source, detailType, key) => (key === 'user' ? undefined : `${source} may not publish ${detailType} as ${key}`),
    });
    expect(await bus.handle('PutEvents', { Entries: [good] }, { accessKeyId: 'user' })).toMatchObject({ FailedEntryCount: 0 });
    expect(await bus.handle('PutEvents', { Entries: [good] }, { accessKeyId: 'tutor' })).toMatchObject({
      Entries: [{ ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 's may not publish t as tutor' }],
    });
  });

  test('answers only after the events are synced, and calls made together share a batch', async () => {
    const store = memoryStore();
    const { rule, put, bus } = await testBus({
      store: { ...store, batch: (operations) => gate.then(() => (batches += 1)).then(() => store.batch(operations)) },
    });
    let batches = 0;
    let open = () => {};
    let gate = Promise.resolve();
    await rule('all', { Id: '1', Arn: QUEUE });
    batches = 0;
    gate = new Promise((resolve) => (open = resolve));
    let answered = 0;
    const calls = Array.from({ length: 50 }, (_, n) => put({ n }).then(() => (answered += 1)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(answered).toBe(0);
    open();
    await Promise.all(calls);
    expect(answered).toBe(50);
    expect(batches).toBeLessThanOrEqual(2);
    await bus.close();
  });

  test('after a failed write of a delivery result nothing more is accepted', async () => {
    const store = memoryStore();
    let broken = false;
    const { rule, put, bus, targets } = await testBus({
      store: { ...store, batch: (operations) => (broken ? Promise.reject(new Error('disk full')) : store.batch(operations)) },
    });
    await rule('all', { Id: '1', Arn: QUEUE });
    await put({});
    await bus.idle();
    targets.failure = () => {
      broken = true;
      return undefined;
    };
    await put({});
    await bus.idle();
    broken = false;
    await expect(put({})).rejects.toThrow('disk full');
  });

  test('an unknown operation is refused by name', async () => {
    const { call } = await testBus();
    await expect(call('CreateConnection')).rejects.toMatchObject({
      type: 'UnknownOperationException',
      message: expect.stringContaining('CreateConnection'),
    });
  });
});
