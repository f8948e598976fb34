export interface PayoutAccount {
  /** The provider's name for the tutor's account; undefined while there is none, and for a tutor who was erased. */
  readonly accountRef: string | undefined;
  readonly suspended: boolean;
}

/** Whom the provider pays and charges. Events about them come in any order and more than once. */
export abstract class PayoutAccounts {
  abstract open(tutorId: string): Promise<void>;
  abstract of(tutorId: string): Promise<PayoutAccount>;
  /** `version` is that of the user's event; false when a newer one was heard before. */
  abstract setSuspended(tutorId: string, suspended: boolean, version: number): Promise<boolean>;
  abstract addCustomer(userId: string): Promise<void>;
  /** Also what may still arrive is not kept. */
  abstract forget(userId: string): Promise<void>;
}
