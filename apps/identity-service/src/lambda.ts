import { lambdaService } from '@edtech/shared-kernel';
import { identityService } from './identity-service.module.ts';

/** For an SQS trigger on the service's queue, in place of the poller. */
export const handler = lambdaService(identityService);
