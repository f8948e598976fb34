/** The time of the business. Order never depends on it: streams are ordered by version, feeds by position. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
