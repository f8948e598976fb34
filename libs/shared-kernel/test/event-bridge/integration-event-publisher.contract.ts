import { expect, test } from 'vitest';
import type { IntegrationEventPublisher } from '../../src/application/integration-event-publisher.ts';
import { fromDetail } from '../../src/infrastructure/event-bridge/envelope.ts';
import { lampContracts, lampEvent } from '../test-contracts.ts';

/** An entry as whoever listens on the bus sees it. */
export interface HeardEntry {
  readonly source: string;
  readonly detailType: string;
  readonly detail: string;
}

export interface PublisherUnderTest {
  readonly publisher: IntegrationEventPublisher;
  /** What the bus has heard; waits until there are `count`, or answers what there is. */
  readonly heard: (count: number) => Promise<readonly HeardEntry[]>;
}

/** What every IntegrationEventPublisher promises. Events of one run have ids of their own. */
export function integrationEventPublisherContract(start: () => Promise<PublisherUnderTest>): void {
  const read = ({ detailType, source, detail }: HeardEntry) => fromDetail(detailType, source, JSON.parse(detail), lampContracts);

  test('G16 an event is heard as it was recorded, from the producer that its contract names', async () => {
    const { publisher, heard } = await start();
    const { payload, actor, ...event } = lampEvent('l-1', 1);
    await publisher.publishEvent({ ...event, payload, actor });
    const entries = await heard(1);
    expect(entries.map(({ source, detailType }) => [source, detailType])).toEqual([['lamp-service', 'lamp.lit']]);
    expect(entries.map(read)).toEqual([{ ...event, actor: JSON.parse(actor), payload: JSON.parse(payload) }]);
  });

  test('G21 a batch of any length is heard once, with an outcome for each event', async () => {
    const { publisher, heard } = await start();
    const events = Array.from({ length: 37 }, (_, index) => lampEvent(`l-${index % 3}`, 1 + Math.floor(index / 3)));
    const outcomes = await publisher.publishBatch(events);
    expect(outcomes.map(({ accepted }) => accepted)).toEqual(events.map(() => true));
    const ids = (await heard(37)).map((entry) => read(entry).eventId);
    expect(ids.toSorted()).toEqual(events.map(({ eventId }) => eventId).toSorted());
    expect(await publisher.publishBatch([])).toEqual([]);
  });

  test('F10 an event up to the size that may be recorded is heard; larger than an entry, nothing of its batch is sent', async () => {
    const { publisher, heard } = await start();
    const sized = (ownerId: string) => lampEvent('l-1', 1, { payload: JSON.stringify({ ownerId, lumen: 1 }) });
    await publisher.publishBatch(Array.from({ length: 6 }, () => sized('é'.repeat(120 * 1024 - 20))));
    const tooLarge = [lampEvent('l-2', 1), sized('é'.repeat(128 * 1024))];
    await expect(publisher.publishBatch(tooLarge)).rejects.toThrow(expect.objectContaining({ code: 'ENTRY_TOO_LARGE' }));
    expect(await heard(6)).toHaveLength(6);
  });

  test('an event without a contract is refused, and nothing of its batch is sent', async () => {
    const { publisher, heard } = await start();
    await publisher.publishEvent(lampEvent('l-1', 1));
    const batch = [lampEvent('l-1', 2), lampEvent('l-1', 3, { eventName: 'lamp.sold' })];
    await expect(publisher.publishBatch(batch)).rejects.toThrow(expect.objectContaining({ code: 'UNKNOWN_EVENT' }));
    expect(await heard(1)).toHaveLength(1);
  });
}
