export abstract class Erasures {
  /** Records that the user is forgotten here. Repeating it changes nothing. */
  abstract confirm(userId: string): Promise<void>;
}
