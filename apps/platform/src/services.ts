import type { ServiceDefinition } from '@edtech/shared-kernel';
import { tutorService } from '@edtech/tutor-service';
import { userService } from '@edtech/user-service';

export interface PlatformService {
  readonly definition: ServiceDefinition;
  /** Its replicas listen here and a hundred, two hundred … above. */
  readonly port: number;
  /** First part of the paths it answers at the gateway. */
  readonly prefix: string;
}

/** What `npm start` runs. 3001 is identity's: until it exists, the development issuer answers there. */
export const ISSUER_PORT = 3001;
export const services: readonly PlatformService[] = [
  { definition: userService, port: 3002, prefix: 'users' },
  { definition: tutorService, port: 3003, prefix: 'tutors' },
];
