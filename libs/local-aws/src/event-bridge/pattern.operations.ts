import { AwsError } from '../aws-error.ts';
import { EventFields } from './event-fields.ts';
import { compileEventPattern } from './event-pattern.ts';
import { isObject, parseJson } from './json.ts';
import type { Operations } from './operation.ts';

const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

export function patternOperations(): Operations {
  return {
    TestEventPattern(request) {
      const pattern = compileEventPattern(request.text('EventPattern'));
      const event = parseJson(request.text('Event'));
      if (!isObject(event))
        throw new AwsError('ValidationException', 'Parameter Event is not valid. Reason: it is not a JSON object.');
      const missing = MANDATORY.filter((field) => !Object.hasOwn(event, field));
      if (missing.length > 0) {
        throw new AwsError('ValidationException', `Parameter Event is not valid. Reason: it lacks ${missing.join(', ')}.`);
      }
      return { Result: pattern.matches(new EventFields(event)) };
    },
  };
}
