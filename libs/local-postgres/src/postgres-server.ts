export interface PostgresServer {
  readonly port: number;
  /** undefined once the process has ended. */
  readonly pid: number | undefined;
  readonly version: string;
  /** For the superuser. Contains the password: never log it. */
  url(database: string): string;
  /** Creates the database, and a role of its name that owns it and may enter no other, unless they exist. Returns that role's URL. */
  ensureDatabase(database: string): Promise<string>;
  /** Fast shutdown: open transactions are rolled back, committed ones are on disk. Safe to repeat. */
  stop(): Promise<void>;
}
