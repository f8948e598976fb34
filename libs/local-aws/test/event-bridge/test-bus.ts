import { AwsError } from '../../src/aws-error.ts';
import { createEventBridge, type EventBridge, type EventBridgeOptions } from '../../src/event-bridge/event-bridge.ts';
import { createFaults, noFaults } from '../../src/faults.ts';
import { memoryStore } from '../../src/memory-store.ts';
import type { BusFaults, DurableStore, TargetDelivery } from '../../src/ports.ts';
import { seededRandom } from '../../src/seeded-random.ts';
import { ManualClock } from './manual-clock.ts';

export const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:inbox';
export const OTHER_QUEUE = 'arn:aws:sqs:us-east-1:000000000000:other';
export const DLQ = 'arn:aws:sqs:us-east-1:000000000000:inbox-dlq';
export const DEFAULT_BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';

export interface Delivered {
  readonly body: string;
  readonly messageGroupId?: string;
  readonly attributes?: Record<string, string>;
}

/** Queues that take everything until told to fail. */
export class RecordingTargets implements TargetDelivery {
  readonly received = new Map<string, Delivered[]>();
  /** Asked before each delivery; what it returns is thrown. */
  failure: (arn: string) => AwsError | undefined = () => undefined;

  deliver(arn: string, body: string, options: Omit<Delivered, 'body'>): Promise<void> {
    const failure = this.failure(arn);
    if (failure) return Promise.reject(failure);
    const messages = this.received.get(arn) ?? [];
    this.received.set(arn, [...messages, { body, ...options }]);
    return Promise.resolve();
  }

  at(arn: string): Delivered[] {
    return this.received.get(arn) ?? [];
  }

  details(arn: string): unknown[] {
    return this.at(arn).map(({ body }) => JSON.parse(body).detail);
  }
}

export interface TestBus {
  readonly bus: EventBridge;
  readonly store: DurableStore;
  readonly clock: ManualClock;
  readonly targets: RecordingTargets;
  readonly faults: BusFaults;
  call(operation: string, body?: object): Promise<Record<string, unknown>>;
  put(...details: object[]): Promise<Record<string, unknown>>;
  /** A rule for source `s` with these targets on the default bus. */
  rule(name: string, ...targets: object[]): Promise<void>;
}

export async function testBus(
  given: Partial<EventBridgeOptions> & { clock?: ManualClock; targets?: RecordingTargets } = {},
): Promise<TestBus> {
  const store = given.store ?? memoryStore();
  const clock = given.clock ?? new ManualClock();
  const targets = given.targets ?? new RecordingTargets();
  const faults = createFaults(noFaults).bus;
  const bus = await createEventBridge({ random: seededRandom(7), ...given, store, clock, targets, faults: () => faults });
  const call = async (operation: string, body: object = {}) => ({ ...(await bus.handle(operation, body, {})) });
  return {
    bus,
    store,
    clock,
    targets,
    faults,
    call,
    put: (...details) =>
      call('PutEvents', {
        Entries: details.map((detail) => ({ Source: 's', DetailType: 't', Detail: JSON.stringify(detail) })),
      }),
    rule: async (name, ...added) => {
      await call('PutRule', { Name: name, EventPattern: '{"source":["s"]}' });
      await call('PutTargets', { Rule: name, Targets: added });
    },
  };
}

export function unavailable(): AwsError {
  return new AwsError('ServiceUnavailable', 'The queue service is away', 503);
}
