import type { TutorDashboardInitialized } from '@edtech/contracts';
import { BaseDomainEvent } from '@edtech/shared-kernel/domain';

export class TutorDashboardInitializedEvent extends BaseDomainEvent<TutorDashboardInitialized> {
  static override readonly EVENT_NAME = 'tutor.dashboard_initialized';
}
