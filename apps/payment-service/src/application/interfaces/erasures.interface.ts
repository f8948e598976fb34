/** The answers to requests to forget a user. */
export abstract class Erasures {
  /** Records `payment.erasure_confirmed` for this user, once however often it is called. */
  abstract confirm(userId: string): Promise<void>;
}
