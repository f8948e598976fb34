/** What a user has open in other services and must finish before leaving. */
export abstract class OpenItems {
  abstract of(userId: string): Promise<{ readonly bookings: boolean; readonly balance: boolean }>;
}
