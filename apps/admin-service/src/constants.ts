/** Source of its events on the bus, prefix of its subscriptions. */
export const SERVICE_NAME = 'admin-service';

/** Most items of one page of a list. */
export const MOST_PER_PAGE = 100;
