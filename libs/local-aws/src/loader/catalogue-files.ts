/** infrastructure/events/events.json */
export interface EventsFile {
  bus: string;
  queues: readonly QueueSpec[];
  rules: readonly RuleSpec[];
  archive?: { name: string; retentionDays: number };
  /** Event types that are published for nobody yet. */
  noSubscriber: readonly string[];
  /** The event types each service may publish. */
  eventSources?: Readonly<Record<string, readonly string[]>>;
}

export interface QueueSpec {
  name: string;
  dlq: string;
  maxReceiveCount: number;
  /** Seconds. */
  visibilityTimeout: number;
}

export interface RuleSpec {
  name: string;
  /** A queue of the file; so is `dlq`, or a dead letter queue. */
  target: string;
  pattern: Record<string, unknown>;
  retry: { maximumRetryAttempts: number; maximumEventAgeInSeconds: number };
  dlq: string;
}

/** infrastructure/events/tables.json; every key attribute is a string, capacity is on demand. */
export interface TablesFile {
  tables: readonly TableSpec[];
}

export interface TableSpec {
  name: string;
  partitionKey: string;
  sortKey: string;
  indexes: readonly IndexSpec[];
}

export interface IndexSpec {
  name: string;
  partitionKey: string;
  sortKey: string;
  projection: 'KEYS_ONLY' | 'ALL';
}
