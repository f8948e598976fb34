import { AsyncLocalStorage } from 'node:async_hooks';
import { writeFile } from 'node:fs/promises';

export const archive = { context: new AsyncLocalStorage(), writeFile };
