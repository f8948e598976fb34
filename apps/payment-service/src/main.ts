import { runService } from '@edtech/shared-kernel';
import { paymentService } from './payment-service.module.ts';

await runService(paymentService);
