/** What a use case needs to save more than one aggregate: the unit of work, without what lies below it. */
export abstract class Transaction {
  /** What is saved inside commits together or not at all. A call inside of another one joins it. Throws what `work` throws. */
  abstract run<T>(work: () => Promise<T>): Promise<T>;
}
