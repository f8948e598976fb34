import { lambdaService } from '@edtech/shared-kernel';
import { paymentService } from './payment-service.module.ts';

/** For an SQS trigger on the service's queue, in place of the poller. */
export const handler = lambdaService(paymentService);
