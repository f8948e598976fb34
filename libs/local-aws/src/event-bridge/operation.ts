import type { Request } from './request.ts';

/** Answers one API operation or throws the AwsError that refuses it. */
export type Operation = (request: Request, caller: { accessKeyId?: string }) => object | Promise<object>;
export type Operations = Readonly<Record<string, Operation>>;

/** Seconds, as the wire format has times. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}
