/** A comment, a string (quotes included), or a regular expression where one can stand. */
const COMMENT_OR_LITERAL =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=[(,=:[!&|?{};\n]\s*|\breturn\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

const isComment = (piece: string): boolean => piece.startsWith('//') || piece.startsWith('/*');

/** The code alone: comments are gone, strings and regular expressions are empty, so a word in them is not taken for code. */
export function codeOf(text: string): string {
  return text.replace(COMMENT_OR_LITERAL, (piece) => (isComment(piece) ? ' ' : `${piece[0]}${piece[0]}`));
}

/** Code with its strings, without comments. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_LITERAL, (piece) => (isComment(piece) ? ' ' : piece));
}

export function commentsOf(text: string): string[] {
  return [...text.matchAll(COMMENT_OR_LITERAL)].map(([piece]) => piece).filter(isComment);
}
