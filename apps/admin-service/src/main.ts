import { runService } from '@edtech/shared-kernel';
import { adminService } from './admin-service.module.ts';

await runService(adminService);
