import { DrizzleQueryError } from 'drizzle-orm';

export const MASK = '[redacted]';
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;

export function maskText(text: string): string {
  return text.includes('@') ? text.replace(EMAIL, MASK) : text;
}

/** What the error says, without addresses, parameters of a failed statement and values that the database could not read. */
export function errorText(error: Error): string {
  if (error instanceof DrizzleQueryError) return maskText(`Failed query: ${error.query}`);
  const aboutData = 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');
  return maskText(aboutData ? error.message.replace(/: ".*"$/s, `: ${MASK}`) : error.message);
}

/** Name, code and text of what was thrown, in at most 1,000 characters. Kept in the database and shown to operators. */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return maskText(String(error)).slice(0, 1_000);
  const code = 'code' in error && typeof error.code === 'string' ? ` [${error.code}]` : '';
  return `${error.name}${code}: ${errorText(error)}`.slice(0, 1_000);
}
