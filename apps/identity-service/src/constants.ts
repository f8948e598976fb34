/** Source of its events on the bus, prefix of its subscriptions. */
export const SERVICE_NAME = 'identity-service';

/** How long an access token is good. */
export const ACCESS_SECONDS = 3_600;

/** How long a session lives without being refreshed. */
export const REFRESH_DAYS = 30;

/** How long the links in mails work. */
export const VERIFICATION_DAYS = 14;
export const PASSWORD_HOURS = 24;
export const GUARDIAN_DAYS = 14;
