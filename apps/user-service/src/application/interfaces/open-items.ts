/** What a user has open in other services and must finish before leaving. Throws when the service that knows does not answer. */
export abstract class OpenItems {
  /** Lessons ahead. */
  abstract hasBookings(userId: string): Promise<boolean>;
  /** Payments that are not over, or money that is owed in either direction. */
  abstract hasBalance(userId: string): Promise<boolean>;
}
