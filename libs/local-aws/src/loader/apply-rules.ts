import {
  DeleteRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type EventBridgeClient,
  type Rule,
  type Target,
} from '@aws-sdk/client-eventbridge';
import type { AppliedQueue } from './apply-queues.ts';
import type { RuleSpec } from './catalogue-files.ts';
import type { ChangeLog } from './change-log.ts';
import { sameJson } from './same-json.ts';

/** Makes the rules of the bus those of the file; a rule that is not in it goes, with its targets. Rules AWS manages stay. */
export async function applyRules(
  events: EventBridgeClient,
  bus: string,
  rules: readonly RuleSpec[],
  queues: ReadonlyMap<string, AppliedQueue>,
  log: ChangeLog,
): Promise<void> {
  const current = new Map<string, Rule>();
  await log.step(`rules of bus ${bus}`, async () => {
    for (const rule of await listRules(events, bus)) if (rule.ManagedBy === undefined) current.set(rule.Name ?? '', rule);
    return 'unchanged';
  });
  for (const spec of rules) {
    await log.step(`rule ${spec.name}`, async () => {
      const existing = current.get(spec.name);
      const ruleChanged = await putRule(events, bus, spec, existing);
      const targetsChanged = await putTarget(events, bus, spec, queues);
      if (!existing) return 'created';
      return ruleChanged || targetsChanged ? 'updated' : 'unchanged';
    });
  }
  const wanted = new Set(rules.map(({ name }) => name));
  for (const name of current.keys()) {
    if (wanted.has(name)) continue;
    await log.step(`rule ${name}`, async () => {
      await removeTargets(events, bus, name, await listTargets(events, bus, name));
      await events.send(new DeleteRuleCommand({ Name: name, EventBusName: bus }));
      return 'removed';
    });
  }
}

async function putRule(events: EventBridgeClient, bus: string, spec: RuleSpec, existing: Rule | undefined): Promise<boolean> {
  const isSame =
    existing?.State === 'ENABLED' &&
    existing.EventPattern !== undefined &&
    sameJson(JSON.parse(existing.EventPattern), spec.pattern);
  if (isSame) return false;
  const EventPattern = JSON.stringify(spec.pattern);
  await events.send(new PutRuleCommand({ Name: spec.name, EventBusName: bus, EventPattern, State: 'ENABLED' }));
  return true;
}

async function putTarget(
  events: EventBridgeClient,
  bus: string,
  spec: RuleSpec,
  queues: ReadonlyMap<string, AppliedQueue>,
): Promise<boolean> {
  const wanted: Target = {
    Id: spec.target,
    Arn: arnOf(queues, spec.target),
    DeadLetterConfig: { Arn: arnOf(queues, spec.dlq) },
    RetryPolicy: {
      MaximumRetryAttempts: spec.retry.maximumRetryAttempts,
      MaximumEventAgeInSeconds: spec.retry.maximumEventAgeInSeconds,
    },
  };
  const current = await listTargets(events, bus, spec.name);
  const obsolete = current.filter(({ Id }) => Id !== wanted.Id);
  const isRight = current.some((target) => sameJson(target, wanted));
  if (!isRight) {
    const { FailedEntries = [] } = await events.send(
      new PutTargetsCommand({ Rule: spec.name, EventBusName: bus, Targets: [wanted] }),
    );
    throwFirst(FailedEntries);
  }
  await removeTargets(events, bus, spec.name, obsolete);
  return !isRight || obsolete.length > 0;
}

async function removeTargets(events: EventBridgeClient, bus: string, rule: string, targets: readonly Target[]): Promise<void> {
  const Ids = targets.map(({ Id }) => Id ?? '');
  if (Ids.length === 0) return;
  const { FailedEntries = [] } = await events.send(new RemoveTargetsCommand({ Rule: rule, EventBusName: bus, Ids }));
  throwFirst(FailedEntries);
}

function throwFirst([failed]: ReadonlyArray<{
  TargetId?: string | undefined;
  ErrorCode?: string | undefined;
  ErrorMessage?: string | undefined;
}>): void {
  if (failed) throw new Error(`target ${failed.TargetId}: ${failed.ErrorCode} ${failed.ErrorMessage}`);
}

function arnOf(queues: ReadonlyMap<string, AppliedQueue>, name: string): string {
  const queue = queues.get(name);
  if (!queue) throw new Error(`the file has no queue ${name}`);
  return queue.arn;
}

async function listRules(events: EventBridgeClient, bus: string): Promise<Rule[]> {
  const rules: Rule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(new ListRulesCommand({ EventBusName: bus, NextToken }));
    rules.push(...(page.Rules ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

async function listTargets(events: EventBridgeClient, bus: string, rule: string): Promise<Target[]> {
  const targets: Target[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(new ListTargetsByRuleCommand({ Rule: rule, EventBusName: bus, NextToken }));
    targets.push(...(page.Targets ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return targets;
}
