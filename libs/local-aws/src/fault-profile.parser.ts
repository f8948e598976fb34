import { AwsError } from './aws-error.ts';
import { createFaults, noFaults, type FaultProfile } from './faults.ts';

/** Reads a profile posted as JSON. Throws ValidationException naming the first switch that does not exist or has a wrong type. */
export function parseFaultProfile(json: string): FaultProfile {
  let input: unknown;
  try {
    input = JSON.parse(json);
  } catch {
    throw new AwsError('ValidationException', 'The fault profile is not JSON');
  }
  const known = { ...createFaults(noFaults), bus: { ...createFaults(noFaults).bus, crashAt: '' } };
  if (!hasShapeOf(known, input, 'faults')) throw new AwsError('ValidationException', 'The fault profile is not an object');
  return input;
}

function hasShapeOf(known: object, input: unknown, path: string): input is FaultProfile {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const switches = new Map<string, unknown>(Object.entries(known));
  for (const [name, value] of Object.entries(input)) {
    const expected = switches.get(name);
    const where = `${path}.${name}`;
    if (expected === undefined) {
      throw new AwsError('ValidationException', `There is no switch ${where}; known: ${[...switches.keys()].join(', ')}`);
    }
    if (typeof expected === 'object' && expected !== null) {
      if (!hasShapeOf(expected, value, where)) throw new AwsError('ValidationException', `${where} must be an object`);
    } else if (typeof value !== typeof expected || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new AwsError('ValidationException', `${where} must be a ${typeof expected}`);
    }
  }
  return true;
}
