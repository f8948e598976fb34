import { InvalidEventPattern } from './invalid-event-pattern.error.ts';

/** Compiles a wildcard; `*` is any run of characters, `\*` and `\\` are the characters themselves. Matching never backtracks twice. */
export function compileWildcard(pattern: string): (value: string) => boolean {
  const pieces = literalPieces(pattern);
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (value) => value === first;
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    let from = first.length;
    for (const piece of rest) {
      const at = value.indexOf(piece, from);
      if (at < 0) return false;
      from = at + piece.length;
    }
    return from <= value.length - last.length;
  };
}

function literalPieces(pattern: string): string[] {
  const pieces = [''];
  for (let at = 0; at < pattern.length; at++) {
    let character = pattern.charAt(at);
    if (character === '*') {
      if (pattern[at + 1] === '*') throw new InvalidEventPattern(`Consecutive wildcard characters at pos ${at}`);
      pieces.push('');
      continue;
    }
    if (character === '\\') {
      character = pattern.charAt(++at);
      if (character !== '*' && character !== '\\') {
        throw new InvalidEventPattern(`Invalid escape character at pos ${at - 1}`);
      }
    }
    pieces[pieces.length - 1] += character;
  }
  return pieces;
}
