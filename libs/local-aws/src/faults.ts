import type { BusFaults } from './ports.ts';

/** Probabilities 0..1, except delayMs (upper bound of the extra delay before a sent message can be received). */
export interface SqsFaults {
  duplicateReceive: number;
  earlyVisibility: number;
  delayMs: number;
  partialBatchFailure: number;
}

/** Probabilities 0..1, except indexLagMs: each write reaches index queries after its own random part of it, so out of order. */
export interface DynamoDbFaults {
  throttle: number;
  replyLost: number;
  indexLagMs: number;
}

export interface Faults {
  bus: BusFaults;
  sqs: SqsFaults;
  dynamodb: DynamoDbFaults;
  /** While true every API call waits. */
  paused: boolean;
  clockOffsetMs: number;
}

/** What a run asks for; all it leaves out keeps its value. */
export interface FaultProfile {
  bus?: Partial<BusFaults>;
  sqs?: Partial<SqsFaults>;
  dynamodb?: Partial<DynamoDbFaults>;
  paused?: boolean;
  clockOffsetMs?: number;
}

export const noFaults: FaultProfile = {};

/** The real bus and queues repeat, reorder and refuse; development meets that every day instead of first in production. */
export const developmentFaults: FaultProfile = {
  bus: { duplicate: 0.1, reorderWindow: 5, partialPutFailure: 0.05 },
  sqs: { duplicateReceive: 0.03 },
};

export function createFaults(profile: FaultProfile): Faults {
  const faults: Faults = {
    bus: {
      duplicate: 0,
      reorderWindow: 0,
      delayMs: 0,
      failTarget: 0,
      partialPutFailure: 0,
      throttle: 0,
      resetAfterAccept: 0,
    },
    sqs: { duplicateReceive: 0, earlyVisibility: 0, delayMs: 0, partialBatchFailure: 0 },
    dynamodb: { throttle: 0, replyLost: 0, indexLagMs: 0 },
    paused: false,
    clockOffsetMs: 0,
  };
  applyFaultProfile(faults, profile);
  return faults;
}

export function applyFaultProfile(faults: Faults, { bus, sqs, dynamodb, ...rest }: FaultProfile): void {
  Object.assign(faults.bus, bus);
  Object.assign(faults.sqs, sqs);
  Object.assign(faults.dynamodb, dynamodb);
  Object.assign(faults, rest);
}
