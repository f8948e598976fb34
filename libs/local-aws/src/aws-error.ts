/** What an API answers instead of a result; `type` is the `__type` short name such as ValidationException. */
export class AwsError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
