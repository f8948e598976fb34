import { AwsError } from '../aws-error.ts';
import { compileInputTransformer, type TransformContext } from './input-transformer.ts';
import { compileJsonPath } from './json-path.ts';
import { parseJson } from './json.ts';
import type { TargetState } from './state.ts';

/** Compiles what a target receives of an event; throws ValidationException for input settings AWS refuses. */
export function compileTargetInput(target: TargetState): (context: TransformContext) => string {
  const { Id, Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`,
    );
  }
  if (Input !== undefined) {
    if (parseJson(Input) === undefined) {
      throw new AwsError('ValidationException', `JSON syntax error in input for target ${Id}.`);
    }
    return () => Input;
  }
  if (InputPath !== undefined) {
    const read = compileJsonPath(InputPath);
    if (!read) throw new AwsError('ValidationException', `Invalid InputPath for target ${Id}: ${InputPath}.`);
    return ({ event }) => JSON.stringify(read(parseJson(event))) ?? 'null';
  }
  return InputTransformer ? compileInputTransformer(Id, InputTransformer) : ({ event }) => event;
}
