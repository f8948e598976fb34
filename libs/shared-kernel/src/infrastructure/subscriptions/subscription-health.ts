import type { HealthSource } from '../health/health-sources.ts';
import type { ParkingLot } from '../inbox/parking-lot.ts';
import type { Checkpoints } from './checkpoints.ts';

/** Degraded while a subscription stands still or something is parked: the service works, an operator is wanted. */
export function subscriptionHealth(checkpoints: Checkpoints, parkingLot: ParkingLot): HealthSource {
  return {
    name: 'subscriptions',
    check: async () => {
      const [status, parked] = await Promise.all([checkpoints.status(), parkingLot.count()]);
      const failing = status.filter((subscription) => subscription.state === 'stopped' || subscription.lastError !== null);
      if (failing.length > 0)
        return { status: 'degraded', detail: `not getting on: ${failing.map((subscription) => subscription.name).join(', ')}` };
      if (parked > 0) return { status: 'degraded', detail: `${parked} parked` };
      return { status: 'up' };
    },
  };
}
