const { FAULT_CLOCK_OFFSET_MS } = process.env;

if (FAULT_CLOCK_OFFSET_MS !== undefined) skewClock(Number(FAULT_CLOCK_OFFSET_MS));

/** This process believes that it is `offsetMs` later than it is. Monotonic time is not touched. */
function skewClock(offsetMs: number): void {
  const { now } = Date;
  const skewed = (): number => now() + offsetMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 0 ? [skewed()] : args),
    apply: (target) => new target(skewed()).toString(),
    get: (target, property, receiver) => (property === 'now' ? skewed : Reflect.get(target, property, receiver)),
  });
}
