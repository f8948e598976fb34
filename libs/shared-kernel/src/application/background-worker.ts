/** Something that runs beside the requests: a sequencer, a subscription, a poller. */
export interface BackgroundWorker {
  readonly name: string;
  /** Returns at once; the work goes on until `stop`. A failing worker keeps trying with backoff and shows its error in its health. */
  start(): void;
  /** Takes no new work, finishes what is under way, gives up its leases. */
  stop(): Promise<void>;
}
