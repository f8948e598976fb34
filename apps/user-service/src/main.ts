import { runService } from '@edtech/shared-kernel';
import { userService } from './user-service.module.ts';

await runService(userService);
