/** What the store keeps of the control plane, as JSON. Times are milliseconds since 1970. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface BusState {
  readonly name: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly tags: readonly Tag[];
}

export interface RuleState {
  readonly bus: string;
  readonly name: string;
  readonly pattern: string;
  readonly enabled: boolean;
  readonly description?: string;
  readonly roleArn?: string;
  readonly targets: readonly TargetState[];
  readonly tags: readonly Tag[];
}

/** In the shape of the API, so that it is answered as it was given. */
export interface TargetState {
  readonly Id: string;
  readonly Arn: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
  readonly SqsParameters?: { readonly MessageGroupId: string };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly RoleArn?: string;
}

export interface ArchiveState {
  readonly name: string;
  readonly bus: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly retentionDays: number;
  readonly createdAt: number;
}

export interface ReplayState {
  readonly name: string;
  readonly archive: string;
  readonly bus: string;
  readonly description?: string;
  /** Empty for all rules. */
  readonly ruleArns: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly stateReason?: string;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** The archive key to continue from. */
  readonly cursor: string;
  readonly lastReplayedAt?: number;
}
