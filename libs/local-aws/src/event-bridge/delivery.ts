import { AwsError } from '../aws-error.ts';
import type { Clock, Random, TargetDelivery } from '../ports.ts';
import { deadLetterAttributes, isRetryable, toAwsError } from './dead-letter.ts';
import { DeliveryLane } from './delivery-lane.ts';
import type { FaultSource } from './faults.ts';
import type { Journal } from './journal.ts';
import {
  finishedWrites,
  JOURNAL_PREFIX,
  openDeliveries,
  type PendingDelivery,
  type PendingEvent,
  PROGRESS_PREFIX,
  retryWrite,
} from './pending-event.ts';
import type { Registry, Rule, Target } from './registry.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { afterFailure, type Exhausted, MAX_EVENT_AGE_SECONDS } from './retry-policy.ts';

export interface DeliveryStats {
  delivered: number;
  retried: number;
  deadLettered: number;
  dropped: number;
  pending: number;
}

interface DeliveryParts {
  readonly registry: Registry;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: FaultSource;
  readonly targets: TargetDelivery;
  /** Puts the event on another bus; resolves when that bus has made it durable. */
  readonly forward: (bus: string, event: PendingEvent) => Promise<void>;
}

const CONCURRENCY_PER_TARGET = 16;

/** At least once, in no order, each target on its own: a slow or failing target never delays another. */
export class Delivery {
  readonly stats: DeliveryStats = { delivered: 0, retried: 0, deadLettered: 0, dropped: 0, pending: 0 };
  private readonly lanes = new Map<string, DeliveryLane<PendingDelivery>>();
  private readonly timers = new Set<() => void>();
  private readonly reorder: ReorderBuffer<PendingDelivery>;
  private due = 0;
  private active = 0;
  private stopped = false;
  private waiters: Array<() => void> = [];

  constructor(private readonly parts: DeliveryParts) {
    this.reorder = new ReorderBuffer(parts.clock, parts.random, (delivery) => this.lane(delivery).push(delivery));
  }

  /** What an earlier process left open, and the highest journal number in use. */
  async readOpen(): Promise<{ lastSequence: number; open: PendingDelivery[] }> {
    const progress = new Map<string, string>();
    for await (const [key, value] of this.parts.journal.list(PROGRESS_PREFIX)) progress.set(key, value);
    const open: PendingDelivery[] = [];
    let lastSequence = 0;
    for await (const [key, value] of this.parts.journal.list(JOURNAL_PREFIX)) {
      lastSequence = Number(key.slice(JOURNAL_PREFIX.length));
      open.push(...openDeliveries(key, value, progress));
    }
    return { lastSequence, open };
  }

  resume(open: readonly PendingDelivery[]): void {
    this.stats.pending += open.length;
    for (const delivery of open) this.schedule(delivery);
  }

  /** Call it once the event is durable. */
  start(event: PendingEvent): void {
    const { delayMs } = this.parts.faults;
    this.stats.pending += event.deliveries.length;
    for (const delivery of event.deliveries) {
      if (delayMs > 0) delivery.dueAt = event.acceptedAt + delayMs;
      this.schedule(delivery);
    }
  }

  /** Resolves when no delivery is due: what is left waits for its retry time. */
  idle(): Promise<void> {
    if (this.due === 0) return Promise.resolve();
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Starts no more attempts and waits for the running ones; the rest stays in the store. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    this.reorder.clear();
    if (this.active > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  private schedule(delivery: PendingDelivery): void {
    const wait = delivery.dueAt - this.parts.clock.now().getTime();
    if (wait <= 0) return this.enqueue(delivery);
    const cancel = this.parts.clock.setTimer(wait, () => {
      this.timers.delete(cancel);
      this.schedule(delivery);
    });
    this.timers.add(cancel);
  }

  private enqueue(delivery: PendingDelivery): void {
    if (this.stopped) return;
    this.due += 1;
    const window = this.parts.faults.reorderWindow;
    if (window > 1) this.reorder.push(delivery, window);
    else this.lane(delivery).push(delivery);
  }

  private lane({ event, rule, targetId }: PendingDelivery): DeliveryLane<PendingDelivery> {
    const target = this.parts.registry.findRule(event.bus, rule)?.targets.get(targetId);
    const name = target?.state.Arn ?? '';
    let lane = this.lanes.get(name);
    if (!lane) {
      lane = new DeliveryLane(CONCURRENCY_PER_TARGET, (delivery) => this.run(delivery));
      this.lanes.set(name, lane);
    }
    return lane;
  }

  private async run(delivery: PendingDelivery): Promise<void> {
    this.active += 1;
    try {
      if (!this.stopped) await this.attempt(delivery);
    } finally {
      this.active -= 1;
      this.due -= 1;
      if (this.due === 0 || (this.stopped && this.active === 0)) {
        for (const resolve of this.waiters.splice(0)) resolve();
      }
    }
  }

  private async attempt(delivery: PendingDelivery): Promise<void> {
    const { registry, faults, clock, random } = this.parts;
    const rule = registry.findRule(delivery.event.bus, delivery.rule);
    const target = rule?.targets.get(delivery.targetId);
    if (!rule || !target) return this.finish(delivery, 'dropped');
    const { acceptedAt } = delivery.event;
    const policy = target.state.RetryPolicy;
    const maximumAge = (policy?.MaximumEventAgeInSeconds ?? MAX_EVENT_AGE_SECONDS) * 1000;
    if (delivery.attempts > 0) {
      if (clock.now().getTime() > acceptedAt + maximumAge) {
        const failure = new AwsError('InternalFailure', 'The event was too old for another attempt after a restart', 500);
        return this.giveUp(delivery, rule, target, failure, 'MaximumEventAgeInSeconds');
      }
      this.stats.retried += 1;
    }
    delivery.attempts += 1;
    const failure = await this.send(delivery, rule, target);
    faults.crashPoint('mid-delivery');
    if (!failure) return this.finish(delivery, 'delivered');
    if (!isRetryable(failure)) return this.giveUp(delivery, rule, target, failure, undefined);
    const facts = { attempts: delivery.attempts, acceptedAt, now: clock.now().getTime() };
    const next = afterFailure(policy, facts, random);
    if ('exhausted' in next) return this.giveUp(delivery, rule, target, failure, next.exhausted);
    delivery.dueAt = next.retryAt;
    this.parts.journal.note([retryWrite(delivery)]);
    if (!this.stopped) this.schedule(delivery);
  }

  private async send(delivery: PendingDelivery, rule: Rule, target: Target): Promise<AwsError | undefined> {
    const { faults } = this.parts;
    try {
      if (faults.takeTargetFailure())
        throw new AwsError('InternalFailure', 'The fault switch failTarget refused this delivery', 500);
      await this.sendOnce(delivery.event, rule, target);
      if (faults.happens('duplicate')) await this.sendOnce(delivery.event, rule, target).catch(() => undefined);
      return undefined;
    } catch (error) {
      return toAwsError(error);
    }
  }

  private sendOnce(event: PendingEvent, rule: Rule, target: Target): Promise<void> {
    const { registry, targets, forward } = this.parts;
    const { Arn, SqsParameters } = target.state;
    const bus = registry.arns.nameOf('event-bus', Arn);
    if (bus !== undefined) return forward(bus, event);
    const ingestionTime = `${new Date(event.acceptedAt).toISOString().slice(0, 19)}Z`;
    const body = target.input({ event: event.text, ruleArn: rule.arn, ruleName: rule.state.name, ingestionTime });
    return targets.deliver(Arn, body, SqsParameters ? { messageGroupId: SqsParameters.MessageGroupId } : {});
  }

  private async giveUp(
    delivery: PendingDelivery,
    rule: Rule,
    target: Target,
    failure: AwsError,
    exhausted: Exhausted | undefined,
  ): Promise<void> {
    const queueArn = target.state.DeadLetterConfig?.Arn;
    if (queueArn === undefined) return this.finish(delivery, 'dropped');
    const facts = { ruleArn: rule.arn, targetArn: target.state.Arn, failure, attempts: delivery.attempts, exhausted };
    const delivered = await this.parts.targets
      .deliver(queueArn, delivery.event.text, { attributes: deadLetterAttributes(facts) })
      .then(
        () => true,
        () => false,
      );
    this.finish(delivery, delivered ? 'deadLettered' : 'dropped');
  }

  private finish(delivery: PendingDelivery, outcome: 'delivered' | 'deadLettered' | 'dropped'): void {
    this.stats[outcome] += 1;
    this.stats.pending -= 1;
    this.parts.journal.note(finishedWrites(delivery));
  }
}
