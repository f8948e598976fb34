import '../preload/main.ts';
import { runService } from '@edtech/shared-kernel';
import { mirrorService } from './mirror.module.ts';

await runService(mirrorService);
