import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { RequestBody } from '../request-body.ts';

interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttribute>;

const NAME = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const TYPE = /^(?:String|Number|Binary)(?:\..+)?$/;

export function readMessageAttributes(entry: RequestBody): MessageAttributes {
  const attributes: MessageAttributes = {};
  const given = entry.recordMap('MessageAttributes');
  if (given.size > 10)
    throw new AwsError(
      'InvalidParameterValue',
      'Number of message attributes [' + given.size + '] exceeds the allowed maximum [10].',
    );
  for (const [name, value] of given) {
    const DataType = value.optionalText('DataType') ?? '';
    const StringValue = value.optionalText('StringValue');
    const BinaryValue = value.optionalText('BinaryValue');
    if (!NAME.test(name)) throw new AwsError('InvalidParameterValue', `The message attribute name '${name}' is invalid.`);
    if (!TYPE.test(DataType)) {
      throw new AwsError(
        'InvalidParameterValue',
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const content = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (content === undefined || content === '') {
      throw new AwsError(
        'InvalidParameterValue',
        `The message attribute '${name}' must contain a non-empty value of its type ${DataType}.`,
      );
    }
    attributes[name] = { DataType, ...(DataType.startsWith('Binary') ? { BinaryValue: content } : { StringValue: content }) };
  }
  return attributes;
}

const valueBytes = (attribute: MessageAttribute): Buffer =>
  attribute.BinaryValue === undefined ? Buffer.from(attribute.StringValue ?? '') : Buffer.from(attribute.BinaryValue, 'base64');

export function attributesSize(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length,
    0,
  );
}

/** The digest the SDKs compare with their own: names in order, each part after its length, a byte that tells text from binary. */
export function attributesMd5(attributes: MessageAttributes): string {
  const digest = createHash('md5');
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  for (const [name, attribute] of Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    part(Buffer.from(name));
    part(Buffer.from(attribute.DataType));
    digest.update(Buffer.from([attribute.BinaryValue === undefined ? 1 : 2]));
    part(valueBytes(attribute));
  }
  return digest.digest('hex');
}

/** Names as ReceiveMessage takes them: exact, `All`, `.*` or a prefix `foo.*`. */
export function selectAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const wanted = (name: string) =>
    names.some(
      (pattern) => pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}
