const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']);
const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;

/** SQLSTATE or system error code, also of an error that the query builder has wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/** The connection broke: whether a statement under way took effect is unknown. */
export function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  if (code !== undefined && (NETWORK.has(code) || code.startsWith('08') || code.startsWith('57P'))) return true;
  return error instanceof Error && (LOST.test(error.message) || isConnectionLoss(error.cause));
}

/**
 * The database cannot serve at the moment (lost, out of connections, disk or memory, timed out), or the event store cannot: the same request may
 * succeed later.
 */
export function isUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  return (
    isConnectionLoss(error) ||
    code === 'EVENT_STORE_UNAVAILABLE' ||
    (code !== undefined && (code.startsWith('53') || code === '57014' || code === '55P03' || code === '25P03'))
  );
}

/** Serialization failure or deadlock: the transaction was rolled back and may simply be run again. */
export function isRollbackToRepeat(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}
