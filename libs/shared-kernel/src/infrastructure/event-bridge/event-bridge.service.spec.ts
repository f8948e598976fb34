import { describe, expect, test } from 'vitest';
import { integrationEventPublisherContract } from '../../../test/event-bridge/integration-event-publisher.contract.ts';
import { ScriptedBus } from '../../../test/event-bridge/scripted-bus.ts';
import { lampContracts, lampEvent } from '../../../test/test-contracts.ts';
import type { BusEntry } from './bus-entry.ts';
import { EventBridgeService } from './event-bridge.service.ts';
import { InMemoryPublisher } from './in-memory.publisher.ts';

const QUICK = { baseMs: 1, capMs: 2 };

describe('EventBridgeService keeps the contract of the publisher', () => {
  integrationEventPublisherContract(async () => {
    const heard: BusEntry[] = [];
    const publisher = new EventBridgeService(async (entries) => {
      heard.push(...entries);
      return entries.map(() => ({ accepted: true, busId: 'id' }));
    }, lampContracts);
    return { publisher, heard: async () => heard };
  });
});

describe('InMemoryPublisher keeps the contract of the publisher', () => {
  integrationEventPublisherContract(async () => {
    const publisher = new InMemoryPublisher(lampContracts);
    return { publisher, heard: async () => publisher.published };
  });
});

describe('EventBridgeService', () => {
  test('G21 only refused entries are sent again', async () => {
    const refusedOnce = new Set(['Lamp/l-2', 'Lamp/l-7']);
    const bus = new ScriptedBus({ refuses: ({ stream }) => refusedOnce.delete(stream) });
    const events = Array.from({ length: 10 }, (_, index) => lampEvent(`l-${index}`, 1));
    const outcomes = await new EventBridgeService(bus.put, lampContracts, QUICK).publishBatch(events);
    expect(outcomes.every(({ accepted }) => accepted)).toBe(true);
    expect(bus.calls).toEqual([10, 2]);
  });

  test('what the bus keeps refusing is told with the reason, and so is what waits behind it; the rest is published', async () => {
    const bus = new ScriptedBus({ refuses: ({ stream, version }) => stream === 'Lamp/l-1' && version === 2 });
    const service = new EventBridgeService(bus.put, lampContracts, { ...QUICK, entriesPerCall: 2 });
    const events = [lampEvent('l-1', 1), lampEvent('l-1', 2), lampEvent('l-1', 3), lampEvent('l-2', 1)];
    const outcomes = await service.publishBatch(events);
    expect(outcomes.map(({ accepted }) => accepted)).toEqual([true, false, false, true]);
    expect(outcomes[1]).toEqual({ accepted: false, code: 'InternalFailure', message: 'try again' });
    const away = new EventBridgeService(new ScriptedBus({ fails: () => 'before' }).put, lampContracts, QUICK);
    await expect(away.publishEvent(lampEvent('l-1', 1))).rejects.toThrow(/slow down/);
  });

  test('limits of a smaller bus are kept', async () => {
    const bus = new ScriptedBus({ bytesPerCall: 2_000, entriesPerCall: 4 });
    const service = new EventBridgeService(bus.put, lampContracts, {
      bytesPerCall: 2_000,
      entriesPerCall: 4,
      bytesPerEntry: 700,
    });
    await service.publishBatch(Array.from({ length: 20 }, (_, index) => lampEvent(`l-${index}`, 1)));
    expect([bus.accepted.length, bus.violations]).toEqual([20, []]);
    const large = lampEvent('l-1', 1, { payload: `{"ownerId":"${'x'.repeat(700)}","lumen":1}` });
    await expect(service.publishEvent(large)).rejects.toThrow(expect.objectContaining({ code: 'ENTRY_TOO_LARGE' }));
  });
});
