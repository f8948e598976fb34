/**
 * The bytes of documents, by tutor and content: what two tutors upload is kept twice, so that one of them can be forgotten. Everything is
 * safe to repeat.
 */
export abstract class DocumentStore {
  /** Returns when the bytes would survive a power failure. */
  abstract put(tutorId: string, sha256: string, bytes: Uint8Array): Promise<void>;
  /** Throws NotFound. */
  abstract get(tutorId: string, sha256: string): Promise<Uint8Array>;
  abstract remove(tutorId: string, sha256: string): Promise<void>;
  abstract removeAll(tutorId: string): Promise<void>;
}
