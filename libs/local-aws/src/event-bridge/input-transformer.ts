import { AwsError } from '../aws-error.ts';
import { compileJsonPath } from './json-path.ts';
import { isObject, parseJson } from './json.ts';
import type { TargetState } from './state.ts';

export interface TransformContext {
  readonly event: string;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestionTime: string;
}

const VARIABLES_LIMIT = 100;
const PLACEHOLDER = /<([\w.-]+)>/y;

const RESERVED = new Map<string, (context: TransformContext, event: unknown) => unknown>([
  ['aws.events.rule-arn', ({ ruleArn }) => ruleArn],
  ['aws.events.rule-name', ({ ruleName }) => ruleName],
  ['aws.events.event', (_context, event) => (isObject(event) ? { ...event, detail: undefined } : event)],
  ['aws.events.event.json', (_context, event) => event],
  ['aws.events.event.ingestion-time', ({ ingestionTime }) => ingestionTime],
]);

/**
 * Compiles a transformer; throws ValidationException for a bad path, an unknown placeholder or too many variables. Outside quotes
 * a placeholder becomes JSON (null when the event lacks the path); inside quotes it becomes text (nothing when it lacks it).
 */
export function compileInputTransformer(
  targetId: string,
  { InputPathsMap = {}, InputTemplate }: NonNullable<TargetState['InputTransformer']>,
): (context: TransformContext) => string {
  const variables = new Map(
    Object.entries(InputPathsMap).map(([name, path]) => {
      const read = compileJsonPath(path);
      if (!read) throw invalid(`Invalid InputPath for target ${targetId}: ${path} is not a path of names and indexes.`);
      if (name.startsWith('aws.')) throw invalid(`InputPathsMap for target ${targetId} uses the reserved name ${name}.`);
      return [name, read] as const;
    }),
  );
  if (variables.size > VARIABLES_LIMIT) {
    throw invalid(`InputPathsMap for target ${targetId} has ${variables.size} variables, more than ${VARIABLES_LIMIT}.`);
  }
  const pieces = parseTemplate(InputTemplate);
  for (const piece of pieces) {
    if (typeof piece !== 'string' && !variables.has(piece.name) && !RESERVED.has(piece.name)) {
      throw invalid(`InputTemplate for target ${targetId} contains invalid placeholder ${piece.name}.`);
    }
  }
  return (context) => {
    const event = parseJson(context.event);
    return pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        const reserved = RESERVED.get(piece.name);
        const value = reserved ? reserved(context, event) : variables.get(piece.name)?.(event);
        return piece.quoted ? asText(value) : (JSON.stringify(value) ?? 'null');
      })
      .join('');
  };
}

type Piece = string | { readonly name: string; readonly quoted: boolean };

function parseTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let quoted = false;
  let literal = '';
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character === '\\') {
      literal += character + template.charAt(++at);
      continue;
    }
    PLACEHOLDER.lastIndex = at;
    const name = character === '<' ? PLACEHOLDER.exec(template)?.[1] : undefined;
    if (name !== undefined) {
      pieces.push(literal, { name, quoted });
      literal = '';
      at += name.length + 1;
      continue;
    }
    if (character === '"') quoted = !quoted;
    literal += character;
  }
  return [...pieces, literal];
}

function asText(value: unknown): string {
  if (value === undefined) return '';
  return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
