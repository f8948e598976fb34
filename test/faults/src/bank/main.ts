import '../preload/main.ts';
import { runService } from '@edtech/shared-kernel';
import { bankService } from './bank.module.ts';

await runService(bankService);
