export abstract class Erasures {
  /** Records once that this service has forgotten the user. */
  abstract confirm(userId: string): Promise<void>;
}
