const FORMATS: readonly { readonly mediaType: string; readonly starts: readonly number[] }[] = [
  { mediaType: 'application/pdf', starts: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { mediaType: 'image/jpeg', starts: [0xff, 0xd8, 0xff] },
  { mediaType: 'image/png', starts: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
];

/** What a document is by its first bytes, whatever its name or sender says; undefined for a format that is not taken. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  return FORMATS.find(({ starts }) => starts.every((byte, index) => bytes[index] === byte))?.mediaType;
}
