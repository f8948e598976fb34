import { AwsError } from '../aws-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** Typed reading of one request; every getter throws the ValidationException that names the member. */
export class Request {
  private constructor(
    private readonly fields: JsonObject,
    private readonly path: string,
  ) {}

  static of(body: unknown): Request {
    if (!isObject(body)) throw new AwsError('SerializationException', 'The request body is not a JSON object');
    return new Request(body, '');
  }

  /** The members as they came, for state that is kept and answered as given. */
  get raw(): JsonObject {
    return this.fields;
  }

  text(name: string, pattern?: RegExp): string {
    const value = this.optionalText(name, pattern);
    if (value === undefined) throw this.invalid(name, null, 'Member must not be null');
    return value;
  }

  optionalText(name: string, pattern?: RegExp): string | undefined {
    const value = this.fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.invalid(name, value, 'Member must be a string');
    if (pattern && !pattern.test(value)) {
      throw this.invalid(name, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
    return value;
  }

  optionalInteger(name: string, from: number, to: number): number | undefined {
    const value = this.fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw this.invalid(name, value, 'Member must be an integer');
    if (value < from) throw this.invalid(name, value, `Member must have value greater than or equal to ${from}`);
    if (value > to) throw this.invalid(name, value, `Member must have value less than or equal to ${to}`);
    return value;
  }

  /** A time of the wire format: seconds since 1970 with a fraction. */
  optionalTime(name: string): Date | undefined {
    const value = this.fields[name] ?? undefined;
    if (value === undefined) return undefined;
    const time = new Date(typeof value === 'number' ? Math.round(value * 1000) : Number.NaN);
    if (Number.isNaN(time.getTime())) throw this.invalid(name, value, 'Member must be a timestamp in seconds');
    return time;
  }

  time(name: string): Date {
    const value = this.optionalTime(name);
    if (!value) throw this.invalid(name, null, 'Member must not be null');
    return value;
  }

  /** Empty when absent. */
  texts(name: string): string[] {
    return this.elements(name).map((element) => {
      if (typeof element !== 'string') throw this.invalid(name, element, 'Member must be a string');
      return element;
    });
  }

  list(name: string, from: number, to: number): Request[] {
    const elements = this.elements(name);
    if (elements.length < from) {
      throw this.invalid(name, elements, `Member must have length greater than or equal to ${from}`);
    }
    if (elements.length > to) throw this.invalid(name, elements, `Member must have length less than or equal to ${to}`);
    return elements.map((element, index) => {
      if (!isObject(element)) throw this.invalid(`${name}.${index + 1}`, element, 'Member must be an object');
      return new Request(element, `${this.member(name)}.${index + 1}.member.`);
    });
  }

  object(name: string): Request | undefined {
    const value = this.fields[name] ?? undefined;
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.invalid(name, value, 'Member must be an object');
    return new Request(value, `${this.member(name)}.`);
  }

  private elements(name: string): readonly unknown[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value)) throw this.invalid(name, value, 'Member must be a list');
    return value;
  }

  private member(name: string): string {
    return this.path + name.charAt(0).toLowerCase() + name.slice(1);
  }

  private invalid(name: string, value: unknown, constraint: string): AwsError {
    const shown = JSON.stringify(value).slice(0, 200).replaceAll('"', "'");
    return new AwsError(
      'ValidationException',
      `1 validation error detected: Value ${shown} at '${this.member(name)}' failed to satisfy constraint: ${constraint}`,
    );
  }
}
