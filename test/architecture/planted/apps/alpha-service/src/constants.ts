import { basename } from 'node:path';

export const SERVICE_NAME = basename('alpha-service');
