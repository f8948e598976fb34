export interface CodeBlock {
  /** `path#name` of the comment directly before the block. */
  readonly region: string | undefined;
  readonly line: number;
  readonly code: string;
}

/** The TypeScript blocks of a manual. Throws for one that is never closed. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)(`{3,}|~{3,})(\w*)/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const [, indent = '', marks = '', language = ''] = fence;
    const end = lines.findIndex((line, index) => index > at && line.trim() === marks);
    if (end < 0) throw new Error(`the code block at line ${at + 1} is never closed; add ${marks}`);
    if (/^(ts|tsx|typescript)$/.test(language)) {
      const region = /^\s*<!-- region: (\S+) -->\s*$/.exec(lines[at - 1] ?? '')?.[1];
      const code = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
      blocks.push({ region, line: at + 1, code: code.join('\n').trim() });
    }
    at = end;
  }
  return blocks;
}

/** The text between `// #region name` and the `// #endregion` after it, shifted to the left; undefined when there is none. */
export function region(source: string, name: string): string | undefined {
  const lines = source.split('\n');
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  const end = lines.findIndex((line, index) => index > start && line.trim() === '// #endregion');
  if (start < 0 || end < 0) return undefined;
  const inside = lines.slice(start + 1, end);
  const margin = Math.min(...inside.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return inside
    .map((line) => line.slice(margin))
    .join('\n')
    .trim();
}

/** Cells of the rows of every table, heads and rules left out. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  return lines.flatMap((line, index) => {
    const isHead = /^\|[\s:|-]+\|\s*$/.test(lines[index + 1] ?? '');
    if (!line.startsWith('|') || isHead || /^\|[\s:|-]+\|\s*$/.test(line)) return [];
    return [
      line
        .trim()
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    ];
  });
}
