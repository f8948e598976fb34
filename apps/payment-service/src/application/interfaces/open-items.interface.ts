/** What a user has to finish before leaving. */
export interface OpenItemsOfUser {
  /** Payments, as student or tutor, that are not over. */
  readonly payments: number;
  /** What the platform owes the user as a tutor, or the other way round; currencies at zero are left out. */
  readonly balance: readonly { readonly currency: string; readonly amount: number }[];
}

export abstract class OpenItems {
  abstract of(userId: string): Promise<OpenItemsOfUser>;
}
