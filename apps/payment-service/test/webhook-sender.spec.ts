import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSigned, SIGNATURE_HEADER } from '../src/infrastructure/providers/webhook-signature.ts';
import { BookedLesson } from './booking-events.fixture.ts';
import { runningPaymentService, type RunningPaymentService } from './running-payment-service.ts';

const SECRET = 'whsec_test';
const received: { readonly body: string; readonly isSigned: boolean }[] = [];
let receiver: Server;
let service: RunningPaymentService;

/** Refuses the first two. */
beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      const signature = String(request.headers[SIGNATURE_HEADER]);
      received.push({ body, isSigned: isSigned(SECRET, body, signature, new Date()) });
      response.writeHead(received.length <= 2 ? 503 : 204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const address = receiver.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  service = await runningPaymentService({
    TIME_SCALE: '10',
    FAKE_PROVIDER_WEBHOOK_SECRET: SECRET,
    FAKE_PROVIDER_WEBHOOK_URL: `http://127.0.0.1:${port}`,
  });
});
afterAll(async () => {
  await service.close();
  receiver.closeAllConnections();
  receiver.close();
});

test('a report that is not accepted is sent again, signed anew, until it is; then no more', async () => {
  const lesson = new BookedLesson('pm_ok');
  await service.publish(lesson.requested);
  await service.untilEvents(lesson.paymentId, ['payment.created', 'payment.authorized', 'payment.completed']);
  await expect.poll(() => received.length, { timeout: 20_000 }).toBe(4);
  await service.settled();
  expect(received.map(({ isSigned: signed }) => signed)).toEqual([true, true, true, true]);
  const types = received.map(({ body }): string => JSON.parse(body).type).toSorted();
  expect(types.filter((type) => type === 'payment.captured').length).toBeGreaterThan(0);
  expect(new Set(types)).toEqual(new Set(['payment.authorized', 'payment.captured']));
  expect(await service.query('SELECT 1 FROM fake_provider_webhooks')).toEqual([]);
  expect(received).toHaveLength(4);
});
