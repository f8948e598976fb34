import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ParkingLot } from '../src/infrastructure/inbox/parking-lot.ts';
import { kernelDatabase, type KernelDatabase } from './kernel-database.ts';

let db: KernelDatabase;
beforeAll(async () => {
  db = await kernelDatabase();
});
afterAll(() => db.close());

test('G19 the reason of a parked event names neither the address that a mail server repeated nor the parameters of a statement', async () => {
  const parkingLot = new ParkingLot(db.database);
  const failed = await db.database.pooled.execute(sql`SELECT ${'Canary Bird'}::int`).catch((error: unknown) => error);
  const refused = new Error('550 no mailbox <canary@example.org>');
  for (const [index, error] of [failed, refused].entries()) {
    const message = { eventId: `0199a1c2-0000-7000-8000-00000000000${index}`, eventName: 'lamp.lit', message: '{}' };
    await db.database.withClient((client) => parkingLot.park(client, 'lamp-service.mail', `Lamp/${index}`, message, error, 5));
  }
  const reasons = (await parkingLot.list()).flatMap(({ events }) => events.map((event) => event.error));
  expect(reasons).toEqual(['Error: Failed query: SELECT $1::int', 'Error: 550 no mailbox <[redacted]>']);
});
