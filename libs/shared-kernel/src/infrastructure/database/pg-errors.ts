const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']);
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;

export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The connection broke: whether a statement under way took effect is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined && (NETWORK.has(code) || code.startsWith('08') || code.startsWith('57P'))) return true;
  return error instanceof Error && LOST.test(error.message);
}

/** The database cannot serve at the moment (lost, out of connections, disk or memory, timed out): the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  return (
    isConnectionLoss(error) ||
    (code !== undefined && (code.startsWith('53') || code === '57014' || code === '55P03' || code === '25P03'))
  );
}

/** Serialization failure or deadlock: the transaction was rolled back and may simply be run again. */
export function isRollbackToRepeat(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}
