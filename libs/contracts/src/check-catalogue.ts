import { catalogueSource, ruleName } from './catalogue.ts';
import type { CatalogueSource } from './catalogue.ts';

export interface HandledEvent {
  readonly service: string;
  readonly eventName: string;
}

export interface CatalogueProblem {
  readonly code:
    | 'UNKNOWN_EVENT'
    | 'HANDLER_WITHOUT_RULE'
    | 'RULE_WITHOUT_HANDLER'
    | 'EVENT_WITHOUT_RULE'
    | 'NO_SUBSCRIBER_BUT_RULE'
    | 'LOCAL_EVENT_ON_BUS'
    | 'NAME_DEFINED_TWICE'
    | 'RULE_NAME_TWICE';
  readonly message: string;
}

/** Holds contracts, rules and handlers against each other; empty when every handled event arrives and every rule is served. */
export function checkCatalogue(handled: readonly HandledEvent[], source: CatalogueSource = catalogueSource): CatalogueProblem[] {
  return [...handlerProblems(handled, source), ...ruleProblems(handled, source), ...contractProblems(source)];
}

function* handlerProblems(handled: readonly HandledEvent[], source: CatalogueSource): Generator<CatalogueProblem> {
  for (const { service, eventName } of handled) {
    const contract = source.contracts.find(({ name }) => name === eventName);
    const delivered = source.subscriptions[service]?.some(({ event }) => event.name === eventName);
    if (!contract) yield { code: 'UNKNOWN_EVENT', message: `${service} handles ${eventName}, which no contract defines` };
    else if (!delivered && contract.producer !== service) {
      yield {
        code: 'HANDLER_WITHOUT_RULE',
        message: `${service} handles ${eventName}, but no rule delivers it; subscribe to it`,
      };
    }
  }
}

function* ruleProblems(
  handled: readonly HandledEvent[],
  { subscriptions, contracts, noSubscriber }: CatalogueSource,
): Generator<CatalogueProblem> {
  const seen = new Set<string>();
  for (const [service, subscribed] of Object.entries(subscriptions)) {
    for (const { event } of subscribed) {
      const rule = ruleName(event, service);
      if (seen.has(rule)) yield { code: 'RULE_NAME_TWICE', message: `two rules are named ${rule}` };
      seen.add(rule);
      if (!contracts.includes(event))
        yield { code: 'UNKNOWN_EVENT', message: `rule ${rule} waits for ${event.name}, which is not in the list of contracts` };
      if (event.scope === 'local')
        yield {
          code: 'LOCAL_EVENT_ON_BUS',
          message: `rule ${rule} waits for ${event.name}, which never leaves ${event.producer}`,
        };
      if (noSubscriber.includes(event))
        yield { code: 'NO_SUBSCRIBER_BUT_RULE', message: `${event.name} has rule ${rule}; take it off noSubscriber` };
      if (!handled.some((handler) => handler.service === service && handler.eventName === event.name)) {
        yield { code: 'RULE_WITHOUT_HANDLER', message: `rule ${rule} delivers ${event.name}, but ${service} does not handle it` };
      }
    }
  }
}

function* contractProblems({ contracts, subscriptions, noSubscriber }: CatalogueSource): Generator<CatalogueProblem> {
  const subscribed = new Set(Object.values(subscriptions).flatMap((all) => all.map(({ event }) => event.name)));
  const producers = new Map<string, string>();
  for (const event of contracts) {
    const other = producers.get(event.name);
    if (other) yield { code: 'NAME_DEFINED_TWICE', message: `${event.name} is defined by ${other} and by ${event.producer}` };
    producers.set(event.name, event.producer);
    if (event.scope === 'integration' && !subscribed.has(event.name) && !noSubscriber.includes(event)) {
      yield {
        code: 'EVENT_WITHOUT_RULE',
        message: `${event.name} is published but reaches nobody; subscribe to it or list it in noSubscriber`,
      };
    }
  }
}
