export abstract class Registrations {
  /** Puts the `identity.registered` of this user on the bus once more, as it was. Safe to repeat: consumers know its id. */
  abstract publishAgain(userId: string): Promise<void>;
}
