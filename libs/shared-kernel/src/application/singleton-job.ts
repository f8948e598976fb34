/** Work of a service beside requests and events, of which one replica at a time does it. `@Injectable()` it as a provider of the service's module. */
export abstract class SingletonJob {
  /** `<service>.<job>`; names the lease. */
  abstract readonly name: string;

  /**
   * Does what is due and answers after how many milliseconds to look again; it comes to an end soon after `ended` was aborted. For a moment two
   * replicas may be at it, and after a throw it is called again, after a growing pause: everything it does must be safe to repeat.
   */
  abstract turn(ended: AbortSignal): Promise<number>;

  /** For a job that hears of new work: waits for it, at most `ms` and not beyond `ended`. Never rejects. */
  rest?(ms: number, ended: AbortSignal): Promise<void>;
}
