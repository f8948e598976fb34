import { metrics, type BatchObservableCallback } from '@opentelemetry/api';
import type { ParkingLot } from '../inbox/parking-lot.ts';
import type { Checkpoints } from '../subscriptions/checkpoints.ts';

/**
 * Gauges of the global meter, read when an exporter asks; without an OpenTelemetry SDK in the process nothing is ever read. Answers the
 * function that takes them away.
 */
export function observeFeed(service: string, checkpoints: Checkpoints, parkingLot: ParkingLot): () => void {
  const meter = metrics.getMeter('@edtech/shared-kernel');
  const behind = meter.createObservableGauge('edtech.subscription.behind', { description: 'events of the feed behind the head' });
  const seconds = meter.createObservableGauge('edtech.subscription.behind.seconds', {
    unit: 's',
    description: 'age of the first of them',
  });
  const failing = meter.createObservableGauge('edtech.subscription.failing', { description: '1 while it stands still or fails' });
  const parked = meter.createObservableGauge('edtech.parked.keys', { description: 'streams that stand still until a redrive' });
  const gauges = [behind, seconds, failing, parked];
  const observe: BatchObservableCallback = async (result) => {
    const [subscriptions, keys] = await Promise.all([checkpoints.status(), parkingLot.count()]);
    result.observe(parked, keys, { service });
    for (const { name: subscription, behind: events, behindSeconds, state, lastError } of subscriptions) {
      result.observe(behind, events, { service, subscription });
      result.observe(seconds, behindSeconds, { service, subscription });
      result.observe(failing, state === 'stopped' || lastError !== null ? 1 : 0, { service, subscription });
    }
  };
  meter.addBatchObservableCallback(observe, gauges);
  return () => meter.removeBatchObservableCallback(observe, gauges);
}
