import { adminService } from '@edtech/admin-service';
import { paymentService } from '@edtech/payment-service';
import type { ServiceDefinition } from '@edtech/shared-kernel';
import { tutorService } from '@edtech/tutor-service';
import { userService } from '@edtech/user-service';

export interface PlatformService {
  readonly definition: ServiceDefinition;
  /** Its port above the gateway's; further replicas listen a hundred, two hundred … higher. */
  readonly portOffset: number;
  /** First parts of the paths it answers at the gateway. */
  readonly prefixes: readonly string[];
}

/** The first port above the gateway's is identity's: until it exists, the development issuer answers there. */
export const ISSUER_PORT_OFFSET = 1;

/** What `npm start` runs. */
export const services: readonly PlatformService[] = [
  { definition: userService, portOffset: 2, prefixes: ['users'] },
  { definition: tutorService, portOffset: 3, prefixes: ['tutors'] },
  // After user-service, which it calls.
  { definition: adminService, portOffset: 4, prefixes: ['admin'] },
  { definition: paymentService, portOffset: 6, prefixes: ['payments', 'payouts', 'ledger', 'reports'] },
];
