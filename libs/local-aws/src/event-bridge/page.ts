import { AwsError } from '../aws-error.ts';
import type { Request } from './request.ts';

/** One page of `items` as Limit and NextToken ask for it. The token names a position, so items must keep their order. */
export function page<Item>(request: Request, items: readonly Item[]): { items: readonly Item[]; NextToken?: string } {
  const limit = request.optionalInteger('Limit', 1, 100) ?? 100;
  const token = request.optionalText('NextToken') ?? '0';
  if (!/^\d{1,15}$/.test(token)) throw new AwsError('ValidationException', `NextToken ${token} is not one this API gave out.`);
  const from = Number(token);
  const to = from + limit;
  return { items: items.slice(from, to), ...(to < items.length && { NextToken: String(to) }) };
}
