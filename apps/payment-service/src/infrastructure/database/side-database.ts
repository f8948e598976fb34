import { Database } from '@edtech/shared-kernel';

/**
 * Connections beside those of transactions. What is written over them stays, whatever becomes of the transaction around the call; and who holds
 * the connection of a transaction never waits for a second one of the same pool, which all others may hold just so. Idle ones close by
 * themselves.
 */
export class SideDatabase extends Database {}
