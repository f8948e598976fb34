import { isIPv4, isIPv6 } from 'node:net';
import { InvalidEventPattern } from './invalid-event-pattern.error.ts';

interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The address a text denotes, or undefined when it is not a plain v4 or v6 literal. */
export function parseIp(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { bits: 32, value: v4Value(text) };
  if (isIPv6(text) && !text.includes('%')) return { bits: 128, value: v6Value(text) };
  return undefined;
}

export function compileCidr(cidr: string): (value: string) => boolean {
  const [address = '', mask = '', ...more] = cidr.split('/');
  if (!cidr.includes('/') || more.length > 0) throw new InvalidEventPattern("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(mask)) throw new InvalidEventPattern('Malformed CIDR, mask bits must be an integer');
  const network = parseIp(address);
  if (!network) throw new InvalidEventPattern(`Nonstandard IP address: ${address}`);
  if (Number(mask) >= network.bits) {
    throw new InvalidEventPattern(`IPv${network.bits === 32 ? 4 : 6} mask bits must be < ${network.bits}`);
  }
  const shift = BigInt(network.bits - Number(mask));
  const prefix = network.value >> shift;
  return (value) => {
    const ip = parseIp(value);
    return ip?.bits === network.bits && ip.value >> shift === prefix;
  };
}

function v4Value(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function v6Value(text: string): bigint {
  const tail = /[\d.]*$/.exec(text)?.[0] ?? '';
  let groups = text;
  if (tail.includes('.')) {
    const v4 = v4Value(tail);
    groups = `${text.slice(0, -tail.length)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  }
  const [head = '', rest] = groups.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = rest === undefined || rest === '' ? [] : rest.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n);
}
