export abstract class Transaction {
  /** What is saved inside commits together or not at all. A call inside of another one joins it. */
  abstract run<T>(work: () => Promise<T>): Promise<T>;
}
