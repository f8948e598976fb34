/** An event as the log of its producer has it. */
export interface LoggedEvent {
  readonly eventId: string;
  readonly stream: string;
  readonly version: number;
}

/** What one subscription has handled, in its order. */
export interface Deliveries<Event extends LoggedEvent = LoggedEvent> {
  readonly subscription: string;
  /**
   * What it promises per stream. `any`: each event once, in any order. `latest`: never an older state after a newer one, and the newest event in
   * the end; it may leave out others. `strict`: each event once, in order, none before its predecessor.
   */
  readonly order: 'any' | 'latest' | 'strict';
  /** Which events of the log it is for; all when left out. */
  readonly takes?: (event: Event) => boolean;
  /** An effect on an outside system happens at least once: its repetitions are no anomaly, and only the first counts for the order. */
  readonly atLeastOnce?: boolean;
  readonly handled: readonly string[];
}

export interface DeliveryAnomaly<Event extends LoggedEvent = LoggedEvent> {
  readonly kind: 'lost' | 'doubled' | 'inverted' | 'gap' | 'unexpected';
  readonly subscription: string;
  readonly eventId: string;
  readonly detail: string;
  /** The events that contradict each other, as far as the log knows them. */
  readonly events: readonly Event[];
}

/** Compares what subscriptions have handled with the log, once everything is drained: what waits or is parked by then counts as lost. Takes O(n log n). */
export function checkDeliveries<Event extends LoggedEvent>(
  log: readonly Event[],
  deliveries: readonly Deliveries<Event>[],
): DeliveryAnomaly<Event>[] {
  const byId = new Map(log.map((event) => [event.eventId, event]));
  return deliveries.flatMap((one) => checkSubscription(log, byId, one));
}

function checkSubscription<Event extends LoggedEvent>(
  log: readonly Event[],
  byId: ReadonlyMap<string, Event>,
  { subscription, order, takes = () => true, atLeastOnce = false, handled }: Deliveries<Event>,
): DeliveryAnomaly<Event>[] {
  const anomalies: DeliveryAnomaly<Event>[] = [];
  const report = (kind: DeliveryAnomaly['kind'], eventId: string, detail: string, events: readonly Event[]): void =>
    void anomalies.push({ kind, subscription, eventId, detail, events });

  const first = new Map<string, Event>();
  for (const eventId of handled) {
    const event = byId.get(eventId);
    // What the log does not know was published by a transaction that never committed.
    if (event === undefined) report('unexpected', eventId, 'was handled and is in no log', []);
    else if (!takes(event)) report('unexpected', eventId, 'was handled by a subscription that does not take it', [event]);
    else if (!first.has(eventId)) first.set(eventId, event);
    else if (!atLeastOnce) report('doubled', eventId, 'was handled twice', [event]);
  }

  const expected = Map.groupBy(log.filter(takes), ({ stream }) => stream);
  const seen = Map.groupBy(first.values(), ({ stream }) => stream);
  for (const [stream, events] of expected) {
    const inOrder = events.toSorted((a, b) => a.version - b.version);
    const arrived = seen.get(stream) ?? [];
    const demanded = order === 'latest' ? inOrder.slice(-1) : inOrder;
    for (const event of demanded)
      if (!first.has(event.eventId)) report('lost', event.eventId, `${nameOf(event)} was never handled`, [event]);
    if (order === 'any') continue;
    for (const [earlier, later] of inversions(arrived))
      report('inverted', earlier.eventId, `${nameOf(earlier)} was handled after version ${later.version}`, [later, earlier]);
    if (order === 'latest') continue;
    inOrder.forEach((event, index) => {
      const before = inOrder[index - 1];
      if (before === undefined || first.has(before.eventId) || !first.has(event.eventId)) return;
      report('gap', event.eventId, `${nameOf(event)} was handled without version ${before.version}`, [before, event]);
    });
  }
  return anomalies;
}

/** Each event that came after a newer one of its stream, with the newest that had come by then. */
function* inversions<Event extends LoggedEvent>(arrived: readonly Event[]): Iterable<readonly [earlier: Event, later: Event]> {
  let newest: Event | undefined;
  for (const event of arrived) {
    if (newest !== undefined && event.version < newest.version) yield [event, newest];
    else newest = event;
  }
}

function nameOf({ stream, version }: LoggedEvent): string {
  return `version ${version} of ${stream}`;
}
