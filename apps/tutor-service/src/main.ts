import { runService } from '@edtech/shared-kernel';
import { tutorService } from './tutor-service.module.ts';

await runService(tutorService);
