import type { QueuePoller } from '../consumer/queue-poller.ts';
import type { HealthSource } from '../health/health-sources.ts';
import type { EventBridgePublisher } from './event-bridge.publisher.ts';

/** Degraded while the bus takes nothing or the queue cannot be read. Events wait in the log and the queue meanwhile. */
export function busHealth(publisher: EventBridgePublisher, poller: QueuePoller): HealthSource {
  return {
    name: 'bus',
    check: async () => {
      const { failing, paused } = poller.stats();
      if (publisher.stats?.failing === true)
        return { status: 'degraded', detail: 'the bus takes no events; they wait in the log' };
      if (failing || paused) return { status: 'degraded', detail: 'the queue is not being read; messages wait there' };
      return { status: 'up' };
    },
  };
}
