import { styleText } from 'node:util';
import { textAt, type Json } from './api.ts';

/** The events of one correlation id as a tree: each below the message that caused it. */
export function traceTree(events: readonly Json[]): string {
  const ids = new Set(events.map((event) => textAt(event, 'eventId')));
  const children = new Map<string, Json[]>();
  const roots = new Map<string, Json[]>();
  for (const event of events.toSorted((a, b) => textAt(a, 'eventId').localeCompare(textAt(b, 'eventId')))) {
    const cause = textAt(event, 'causationId');
    const level = ids.has(cause) ? children : roots;
    level.set(cause, [...(level.get(cause) ?? []), event]);
  }
  const lines: string[] = [];
  const draw = (siblings: readonly Json[], indent: string): void => {
    siblings.forEach((event, index) => {
      const last = index === siblings.length - 1;
      const actor = `${textAt(event, 'actor.type')} ${textAt(event, 'actor.id')}`;
      lines.push(
        `${indent}${last ? '└' : '├'} ${styleText('bold', textAt(event, 'eventName'))} ${styleText('dim', `${textAt(event, 'service')} · ${textAt(event, 'aggregateType')} ${textAt(event, 'aggregateId').slice(0, 8)} · by ${actor}`)}`,
      );
      draw(children.get(textAt(event, 'eventId')) ?? [], `${indent}${last ? ' ' : '│'} `);
    });
  };
  for (const [cause, siblings] of roots) {
    lines.push(styleText('dim', `message ${cause}`));
    draw(siblings, '');
  }
  return lines.join('\n');
}
