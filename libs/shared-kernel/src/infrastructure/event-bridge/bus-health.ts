import type { QueuePoller } from '../consumer/queue-poller.ts';
import type { HealthSource } from '../health/health-sources.ts';
import type { EventBridgePublisher } from './event-bridge.publisher.ts';

/** Degraded while the bus takes nothing or the queue cannot be read. Events wait in the log and the queue meanwhile. */
export function busHealth(publisher: EventBridgePublisher, poller: QueuePoller): HealthSource {
  let before = { accepted: 0, failedCalls: 0, received: 0, failedReceives: 0 };
  return {
    name: 'bus',
    check: async () => {
      const { accepted = 0, failedCalls = 0 } = publisher.stats ?? {};
      const { received, failedCalls: failedReceives, paused } = poller.stats();
      const publishing = accepted > before.accepted || failedCalls <= before.failedCalls;
      const receiving = received > before.received || failedReceives <= before.failedReceives;
      before = { accepted, failedCalls, received, failedReceives };
      if (!publishing) return { status: 'degraded', detail: 'the bus takes no events; they wait in the log' };
      if (paused || !receiving) return { status: 'degraded', detail: 'the queue is not being read; messages wait there' };
      return { status: 'up' };
    },
  };
}
