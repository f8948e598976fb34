/** The ARNs of one account and region. */
export class Arns {
  private readonly prefix: string;

  constructor(
    readonly account: string,
    readonly region: string,
  ) {
    this.prefix = `arn:aws:events:${region}:${account}:`;
  }

  bus(name: string): string {
    return `${this.prefix}event-bus/${name}`;
  }

  /** Rules of the default bus have no bus in their ARN. */
  rule(bus: string, name: string): string {
    return `${this.prefix}rule/${bus === 'default' ? '' : `${bus}/`}${name}`;
  }

  archive(name: string): string {
    return `${this.prefix}archive/${name}`;
  }

  replay(name: string): string {
    return `${this.prefix}replay/${name}`;
  }

  /** The name behind an ARN of that kind, or undefined for any other text. */
  nameOf(kind: 'event-bus' | 'archive' | 'replay', arn: string): string | undefined {
    const prefix = `${this.prefix}${kind}/`;
    return arn.startsWith(prefix) ? arn.slice(prefix.length) : undefined;
  }
}
