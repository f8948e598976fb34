import { styleText } from 'node:util';
import { textAt, type Json } from './api.ts';

interface Node {
  readonly id: string;
  readonly cause: string;
  readonly at: string;
  readonly label: string;
}

/** The events of one correlation id and the commands of its sagas as a tree: each below the message that caused it. */
export function traceTree(events: readonly Json[], commands: readonly Json[]): string {
  const nodes = [...events.map(eventNode), ...commands.map(commandNode)].sort((a, b) => a.at.localeCompare(b.at));
  const known = new Set(nodes.map(({ id }) => id));
  const causedBy = Map.groupBy(nodes, ({ cause }) => cause);
  const lines: string[] = [];
  const draw = (siblings: readonly Node[], indent: string): void => {
    siblings.forEach(({ id, label }, index) => {
      const last = index === siblings.length - 1;
      lines.push(`${indent}${last ? '└' : '├'} ${label}`);
      draw(causedBy.get(id) ?? [], `${indent}${last ? ' ' : '│'} `);
    });
  };
  for (const [cause, siblings] of causedBy) {
    if (known.has(cause)) continue;
    lines.push(styleText('dim', cause.startsWith('timer:') ? `◷ ${cause.split('/').at(-1)}` : `request ${cause}`));
    draw(siblings, '');
  }
  return lines.join('\n');
}

function eventNode(event: Json): Node {
  const where = `${textAt(event, 'service')} · ${textAt(event, 'aggregateType')} ${textAt(event, 'aggregateId').slice(0, 8)}`;
  return {
    id: textAt(event, 'eventId'),
    cause: textAt(event, 'causationId'),
    at: textAt(event, 'recordedAt'),
    label: `${styleText('bold', textAt(event, 'eventName'))} ${styleText('dim', `${where} · by ${textAt(event, 'actor.type')} ${textAt(event, 'actor.id')}`)}`,
  };
}

function commandNode(step: Json): Node {
  return {
    id: textAt(step, 'commandId'),
    cause: textAt(step, 'causationId'),
    at: textAt(step, 'doneAt'),
    label: `→ ${textAt(step, 'command')}`,
  };
}
