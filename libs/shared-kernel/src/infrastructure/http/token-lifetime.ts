/**
 * No access token counts longer than this after it was issued, whatever its `exp` says: what is known of revoked tokens may be forgotten then.
 */
export const LONGEST_TOKEN_MS: number = 12 * 60 * 60 * 1_000;
