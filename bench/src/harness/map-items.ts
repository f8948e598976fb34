import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** JSON as DynamoDB's maps: one attribute per field. */
export function attributeOf(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'object' && value !== null)
    return { M: Object.fromEntries(Object.entries(value).map(([name, field]) => [name, attributeOf(field)])) };
  throw new Error(`the events of the benchmarks hold no ${typeof value}`);
}

export function valueOf(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.M !== undefined) {
    const fields: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(attribute.M)) fields[name] = valueOf(field);
    return fields;
  }
  throw new Error('the events of the benchmarks hold texts, numbers and maps');
}
