import { AwsError } from './aws-error.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Typed reading of one JSON request; every getter throws the AwsError a caller of AWS would see. */
export class RequestBody {
  private constructor(private readonly fields: Record<string, unknown>) {}

  static parse(json: string): RequestBody {
    let fields: unknown;
    try {
      fields = json === '' ? {} : JSON.parse(json);
    } catch {
      throw new AwsError('SerializationException', 'The request body is not JSON');
    }
    if (!isRecord(fields)) throw new AwsError('SerializationException', 'The request body is not a JSON object');
    return new RequestBody(fields);
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') {
      throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
    }
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.fields[name] ?? undefined;
    if (value !== undefined && typeof value !== 'string') throw this.invalid(name, value, 'Must be a string.');
    return value;
  }

  optionalInteger(name: string, from: number, to: number): number | undefined {
    const value = this.fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
      throw this.invalid(name, value, `Must be between ${from} and ${to}, if provided.`);
    }
    return value;
  }

  /** Empty when absent. */
  texts(name: string): string[] {
    const value = this.fields[name] ?? [];
    const isList = Array.isArray(value) && value.every((item): item is string => typeof item === 'string');
    if (!isList) throw this.invalid(name, value, 'Must be a list of strings.');
    return value;
  }

  /** Empty when absent. */
  records(name: string): RequestBody[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value) || !value.every(isRecord)) throw this.invalid(name, value, 'Must be a list of objects.');
    return value.map((fields) => new RequestBody(fields));
  }

  /** Empty when absent. */
  textMap(name: string): Map<string, string> {
    const map = new Map<string, string>();
    for (const [key, value] of this.entries(name)) {
      if (typeof value !== 'string') throw this.invalid(`${name}.${key}`, value, 'Must be a string.');
      map.set(key, value);
    }
    return map;
  }

  /** Empty when absent. */
  recordMap(name: string): Map<string, RequestBody> {
    const map = new Map<string, RequestBody>();
    for (const [key, value] of this.entries(name)) {
      if (!isRecord(value)) throw this.invalid(`${name}.${key}`, value, 'Must be an object.');
      map.set(key, new RequestBody(value));
    }
    return map;
  }

  private entries(name: string): Array<[string, unknown]> {
    const value = this.fields[name] ?? {};
    if (!isRecord(value)) throw this.invalid(name, value, 'Must be a map.');
    return Object.entries(value);
  }

  private invalid(name: string, value: unknown, reason: string): AwsError {
    return new AwsError(
      'InvalidParameterValue',
      `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: ${reason}`,
    );
  }
}
