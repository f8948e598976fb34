import { adminService } from '@edtech/admin-service';
import type { ServiceDefinition } from '@edtech/shared-kernel';
import { tutorService } from '@edtech/tutor-service';
import { userService } from '@edtech/user-service';

export interface PlatformService {
  readonly definition: ServiceDefinition;
  /** Its port above the gateway's; further replicas listen a hundred, two hundred … higher. */
  readonly portOffset: number;
  /** First part of the paths it answers at the gateway. */
  readonly prefix: string;
}

/** The first port above the gateway's is identity's: until it exists, the development issuer answers there. */
export const ISSUER_PORT_OFFSET = 1;

/** What `npm start` runs. */
export const services: readonly PlatformService[] = [
  { definition: userService, portOffset: 2, prefix: 'users' },
  { definition: tutorService, portOffset: 3, prefix: 'tutors' },
  // After user-service, which it calls.
  { definition: adminService, portOffset: 4, prefix: 'admin' },
];
