export interface UploadedFile {
  /** The same however often the request is handled. */
  readonly documentId: string;
  readonly bytes: Uint8Array;
}

/** The file that came with a request. */
export abstract class Uploads {
  /** Throws a refusal of the request when none came. */
  abstract of(request: object): UploadedFile;
}
