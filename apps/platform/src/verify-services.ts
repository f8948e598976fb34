import { join } from 'node:path';
import { subscriptions } from '@edtech/contracts';
import { findPostgres } from '@edtech/local-postgres';
import {
  EventContracts,
  EventStoreService,
  shortName,
  SystemClock,
  verifyBetween,
  verifyDatabase,
  waitingMessages,
  type Verdict,
  type VerifyOptions,
} from '@edtech/shared-kernel';
import type { PlatformConfig } from './config.ts';
import { services } from './services.ts';
import type { VerifyRequest } from './verify-options.ts';

export interface Verification {
  readonly outcome: 'clean' | 'violation' | 'unchecked';
  readonly verdicts: readonly Verdict[];
  /** What could not be checked, and why. */
  readonly unchecked: readonly string[];
}

export interface VerifyParts {
  readonly config: Pick<PlatformConfig, 'env' | 'dataDir'>;
  readonly progress: (line: string) => void;
}

/** Judges the chosen services, then each pair of them between which events go. Never throws: what cannot be checked is said. */
export async function verifyServices(request: VerifyRequest, { config, progress }: VerifyParts): Promise<Verification> {
  const { stream, since, only, canaries, allowed } = request;
  const verdicts: Verdict[] = [];
  const unchecked: string[] = [];
  const urls = new Map<string, string>();
  for (const service of request.services) {
    try {
      const url = await urlOf(service, config);
      const { checks, eventStore } = judged(service, config);
      verdicts.push(await verifyDatabase(url, { service, stream, since, only, canaries, allowed, checks, eventStore, progress }));
      urls.set(service, url);
    } catch (error) {
      unchecked.push(`${service}: ${reasonOf(error)}`);
    }
  }
  if (stream === undefined) {
    for (const [producer, consumer, rules] of pairsOf([...urls.keys()])) {
      const waiting = async (): Promise<number | undefined> => {
        const inbox = `${shortName(consumer)}-inbox`;
        return waitingMessages([inbox, `${inbox}-dlq`]).catch((error: unknown) => {
          progress(`the queue ${inbox} does not answer: ${reasonOf(error)}`);
          return undefined;
        });
      };
      const [from, to] = [at(producer, urls), at(consumer, urls)];
      try {
        verdicts.push(await verifyBetween({ producer: from, consumer: to, rules, waiting, since, only, progress }));
      } catch (error) {
        unchecked.push(`${producer} -> ${consumer}: ${reasonOf(error)}`);
      }
    }
  }
  unchecked.push(...gaps(request, verdicts));
  const violated = verdicts.some(({ violations }) => violations.length > 0);
  return { outcome: violated ? 'violation' : unchecked.length > 0 ? 'unchecked' : 'clean', verdicts, unchecked };
}

/** What was asked for and not looked at: silence about it would pass for clean. */
function gaps({ only = [], stream }: VerifyRequest, verdicts: readonly Verdict[]): string[] {
  const undecided = verdicts.flatMap(({ service, undecided: open }) =>
    open.map(({ invariant, reason }) => `${service}, ${invariant}: ${reason}`),
  );
  const looked = new Set(verdicts.flatMap(({ checked }) => checked.map(({ invariant }) => invariant)));
  const ignored = only
    .filter((invariant) => !looked.has(invariant))
    .map((invariant) => {
      const reasons = verdicts.flatMap(({ notChecked }) => notChecked.filter((one) => one.invariant === invariant));
      return `${invariant}: ${reasons[0]?.reason ?? 'nothing was looked at'}`;
    });
  const nothing = verdicts.every(({ checked }) => checked.every((one) => one.looked === 0));
  const unknown = stream !== undefined && nothing ? [`${stream}: no service has such a stream`] : [];
  return [...undecided, ...ignored, ...unknown];
}

/** What is judged of a service beside its database. */
function judged(service: string, { env }: VerifyParts['config']): Pick<VerifyOptions, 'checks' | 'eventStore'> {
  const definition = services.find((one) => one.definition.name === service)?.definition;
  if (definition?.eventStore === undefined) return { checks: definition?.checks };
  const { contracts, checks, eventStore } = definition;
  const store = new EventStoreService(eventStore.openTable(env), new EventContracts(contracts), new SystemClock());
  return { checks, eventStore: { store, aggregateTypes: eventStore.aggregateTypes } };
}

async function urlOf(service: string, { env, dataDir }: VerifyParts['config']): Promise<string> {
  const name = shortName(service);
  const urls = await findPostgres({ env, services: [name], dataDir: join(dataDir, 'postgres') });
  return urls[name] ?? '';
}

function at(service: string, urls: ReadonlyMap<string, string>): { service: string; url: string } {
  return { service, url: urls.get(service) ?? '' };
}

function pairsOf(services: readonly string[]) {
  return services.flatMap((producer) =>
    services.flatMap((consumer) => {
      const rules = (subscriptions[consumer] ?? [])
        .filter(({ event }) => event.producer === producer)
        .map(({ event, filter }) => ({ eventName: event.name, filter }));
      return rules.length === 0 ? [] : [[producer, consumer, rules] as const];
    }),
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
