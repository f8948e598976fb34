import { Clock } from '../../application/clock.ts';

/** Time as the scheduler lets it pass: hours cost nothing. */
export class VirtualClock extends Clock {
  /** Milliseconds since 1970. */
  time = 0;

  override now(): Date {
    return new Date(this.time);
  }
}
