import { isObject } from './json.ts';

const STEP = /\.([\w-]+)|\[(\d+)\]/y;

/** Compiles `$`, `$.a.b` and `$.a[0].b`; undefined for any other text. The reader gives undefined for what the event lacks. */
export function compileJsonPath(path: string): ((event: unknown) => unknown) | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Array<string | number> = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (!step) return undefined;
    steps.push(step[1] ?? Number(step[2]));
  }
  return (event) => {
    let value = event;
    for (const step of steps) {
      if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
      else value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }
    return value;
  };
}
