import { runService } from '@edtech/shared-kernel';
import { identityService } from './identity-service.module.ts';

await runService(identityService);
