import { resolve } from 'node:path';

interface TutorServiceConfig {
  /** Where the bytes of documents are kept. */
  readonly documentsFolder: string;
}

export function loadConfig(env: Readonly<Record<string, string | undefined>>): TutorServiceConfig {
  const folder = env['TUTOR_DOCUMENTS'];
  return { documentsFolder: resolve(folder === undefined || folder === '' ? '.data/tutor-documents' : folder) };
}
