/** Source of its events on the bus, prefix of its subscriptions. */
export const SERVICE_NAME = 'user-service';

/** An erasure that was asked for is done within this many days. */
export const ERASURE_DAYS = 30;

/** Most items of one page of a list. */
export const MOST_PER_PAGE = 100;
