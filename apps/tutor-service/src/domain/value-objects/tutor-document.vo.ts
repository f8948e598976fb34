export const DOCUMENT_TYPES = ['identity', 'degree', 'certificate', 'background_check'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What proves that somebody can teach. */
export const QUALIFICATIONS: readonly DocumentType[] = ['degree', 'certificate'];

export interface TutorDocument {
  readonly id: string;
  readonly type: DocumentType;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly status: 'uploaded' | 'approved' | 'rejected';
}

export const MOST_DOCUMENT_BYTES = 5 * 1024 * 1024;
