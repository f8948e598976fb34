export interface ParsedMail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Reads a mail of one text part, as the services send it: headers may be folded and encoded, the body quoted-printable or base64. */
export function parseMail(raw: Buffer): ParsedMail {
  const bytes = raw.toString('latin1');
  const blank = /\r?\n\r?\n/.exec(bytes);
  const head = (blank === null ? bytes : bytes.slice(0, blank.index)).replace(/\r?\n(?=[ \t])/g, '');
  const body = blank === null ? '' : bytes.slice(blank.index + blank[0].length);
  const header = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return {
    messageId: header('Message-ID').replace(/^<|>$/g, ''),
    to: decodedWords(header('To')),
    subject: decodedWords(header('Subject')),
    text: decodedBody(body, header('Content-Transfer-Encoding').toLowerCase()).replaceAll('\r\n', '\n').trim(),
  };
}

function decodedBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  return utf8(encoding === 'quoted-printable' ? unquoted(body.replace(/=[ \t]*\r?\n/g, '')) : body);
}

/** RFC 2047; white space between two encoded words belongs to the encoding. */
function decodedWords(value: string): string {
  const joined = value.replace(/(\?=)[ \t]+(?==\?)/g, '$1');
  const words = joined.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, encoding: string, word: string) =>
    encoding.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString('latin1') : unquoted(word.replaceAll('_', ' ')),
  );
  return utf8(words);
}

function unquoted(text: string): string {
  return text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
