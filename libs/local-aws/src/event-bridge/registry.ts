import { AwsError } from '../aws-error.ts';
import type { Arns } from './arns.ts';
import type { EventFields } from './event-fields.ts';
import { compileEventPattern, type EventPattern } from './event-pattern.ts';
import type { TransformContext } from './input-transformer.ts';
import type { Journal } from './journal.ts';
import { PatternIndex } from './pattern-index.ts';
import type { ArchiveState, BusState, RuleState, TargetState } from './state.ts';
import { compileTargetInput } from './target-input.ts';

export interface Target {
  readonly state: TargetState;
  readonly input: (context: TransformContext) => string;
}

export interface Rule {
  readonly state: RuleState;
  readonly arn: string;
  readonly pattern: EventPattern;
  readonly targets: ReadonlyMap<string, Target>;
}

export interface Archive {
  readonly state: ArchiveState;
  readonly pattern: EventPattern;
}

const EVERY_EVENT: EventPattern = { matches: () => true };

/** Buses, rules and archives: compiled in memory, kept in the journal. A change counts at once and is durable when it resolves. */
export class Registry {
  private readonly buses = new Map<string, BusState>();
  private readonly rules = new Map<string, Map<string, Rule>>();
  private readonly archives = new Map<string, Archive>();
  private readonly ruleIndexes = new Map<string, PatternIndex<Rule>>();
  private readonly archiveIndexes = new Map<string, PatternIndex<Archive>>();

  constructor(
    private readonly journal: Journal,
    readonly arns: Arns,
  ) {}

  async load(now: number): Promise<void> {
    this.buses.set('default', { name: 'default', createdAt: now, tags: [] });
    for await (const [, value] of this.journal.list('bus/')) {
      const bus: BusState = JSON.parse(value);
      this.buses.set(bus.name, bus);
    }
    for await (const [, value] of this.journal.list('rule/')) this.rememberRule(JSON.parse(value));
    for await (const [, value] of this.journal.list('archive/')) this.rememberArchive(JSON.parse(value));
  }

  /** Takes a name or an ARN; the default bus when absent. Throws ResourceNotFoundException. */
  bus(nameOrArn = 'default'): BusState {
    const name = this.arns.nameOf('event-bus', nameOrArn) ?? nameOrArn;
    const bus = this.buses.get(name);
    if (!bus) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    return bus;
  }

  findBus(name: string): BusState | undefined {
    return this.buses.get(name);
  }

  listBuses(): BusState[] {
    return byName(this.buses.values(), (bus) => bus.name);
  }

  saveBus(bus: BusState): Promise<void> {
    this.buses.set(bus.name, bus);
    return this.journal.append([{ put: `bus/${bus.name}`, value: JSON.stringify(bus) }]);
  }

  deleteBus(name: string): Promise<void> {
    this.buses.delete(name);
    return this.journal.append([{ del: `bus/${name}` }]);
  }

  /** Throws ResourceNotFoundException. */
  rule(bus: string, name: string): Rule {
    const rule = this.findRule(bus, name);
    if (!rule) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
    return rule;
  }

  findRule(bus: string, name: string): Rule | undefined {
    return this.rules.get(bus)?.get(name);
  }

  listRules(bus: string): Rule[] {
    return byName(this.rules.get(bus)?.values() ?? [], (rule) => rule.state.name);
  }

  matchingRules(bus: string, event: EventFields): Rule[] {
    let index = this.ruleIndexes.get(bus);
    if (!index) {
      index = new PatternIndex(this.listRules(bus).filter((rule) => rule.state.enabled));
      this.ruleIndexes.set(bus, index);
    }
    return index.matching(event);
  }

  saveRule(state: RuleState): Promise<void> {
    this.rememberRule(state);
    return this.journal.append([{ put: ruleKey(state.bus, state.name), value: JSON.stringify(state) }]);
  }

  deleteRule(bus: string, name: string): Promise<void> {
    this.rules.get(bus)?.delete(name);
    this.ruleIndexes.delete(bus);
    return this.journal.append([{ del: ruleKey(bus, name) }]);
  }

  /** Throws ResourceNotFoundException. */
  archive(name: string): Archive {
    const archive = this.archives.get(name);
    if (!archive) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return archive;
  }

  findArchive(name: string): Archive | undefined {
    return this.archives.get(name);
  }

  listArchives(): Archive[] {
    return byName(this.archives.values(), (archive) => archive.state.name);
  }

  matchingArchives(bus: string, event: EventFields): Archive[] {
    let index = this.archiveIndexes.get(bus);
    if (!index) {
      index = new PatternIndex(this.listArchives().filter((archive) => archive.state.bus === bus));
      this.archiveIndexes.set(bus, index);
    }
    return index.matching(event);
  }

  saveArchive(state: ArchiveState): Promise<void> {
    this.rememberArchive(state);
    return this.journal.append([{ put: `archive/${state.name}`, value: JSON.stringify(state) }]);
  }

  deleteArchive(name: string): Promise<void> {
    this.archives.delete(name);
    this.archiveIndexes.clear();
    return this.journal.append([{ del: `archive/${name}` }]);
  }

  private rememberRule(state: RuleState): void {
    const rule: Rule = {
      state,
      arn: this.arns.rule(state.bus, state.name),
      pattern: compileEventPattern(state.pattern),
      targets: new Map(state.targets.map((target) => [target.Id, { state: target, input: compileTargetInput(target) }])),
    };
    const rules = this.rules.get(state.bus) ?? new Map<string, Rule>();
    this.rules.set(state.bus, rules.set(state.name, rule));
    this.ruleIndexes.delete(state.bus);
  }

  private rememberArchive(state: ArchiveState): void {
    const pattern = state.pattern === undefined ? EVERY_EVENT : compileEventPattern(state.pattern);
    this.archives.set(state.name, { state, pattern });
    this.archiveIndexes.clear();
  }
}

function ruleKey(bus: string, name: string): string {
  return `rule/${bus}/${name}`;
}

function byName<Item>(items: Iterable<Item>, name: (item: Item) => string): Item[] {
  return [...items].toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}
