import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { lampContracts, lampEvent } from '../../../test/test-contracts.ts';
import { entryOf } from './bus-entry.ts';
import { putEvents, type PutEvents } from './put-events.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** The real client against an endpoint that gives one answer. */
async function putTo(status: number, answer: object, requests: string[] = []): Promise<PutEvents> {
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.push(body);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  open.push(() => {
    client.destroy();
    server.close();
  });
  return putEvents(client, 'edtech-event-bus');
}

const entries = [1, 2].map((version) => entryOf(lampEvent('l-1', version, { traceparent: TRACEPARENT }), lampContracts));

describe('PutEvents', () => {
  test('G22 an entry names bus, source, type, time and trace', async () => {
    const requests: string[] = [];
    const put = await putTo(200, { FailedEntryCount: 0, Entries: [{ EventId: 'a' }, { EventId: 'b' }] }, requests);
    expect(await put(entries)).toEqual([
      { accepted: true, busId: 'a' },
      { accepted: true, busId: 'b' },
    ]);
    const sent: { Entries: object[] } = JSON.parse(requests[0] ?? '{}');
    expect(sent.Entries[1]).toEqual({
      EventBusName: 'edtech-event-bus',
      Source: 'lamp-service',
      DetailType: 'lamp.lit',
      Detail: entries[1]?.detail,
      Time: Date.parse('2026-01-02T03:04:05.006Z') / 1000,
      TraceHeader: 'Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1',
    });
  });

  test('G21 each entry has its own outcome, and one without a result was not accepted', async () => {
    const refused = { ErrorCode: 'InternalFailure', ErrorMessage: 'later' };
    const put = await putTo(200, { FailedEntryCount: 1, Entries: [{ EventId: 'a' }, refused] });
    expect(await put(entries)).toEqual([
      { accepted: true, busId: 'a' },
      { accepted: false, code: 'InternalFailure', message: 'later' },
    ]);
    const short = await putTo(200, { Entries: [{ EventId: 'a' }] });
    expect(await short(entries)).toMatchObject([{ accepted: true }, { accepted: false, code: 'NO_RESULT' }]);
  });

  test('a call that fails throws', async () => {
    const put = await putTo(400, { __type: 'ThrottlingException', message: 'Rate exceeded' });
    await expect(put(entries)).rejects.toThrow('Rate exceeded');
  });
});
