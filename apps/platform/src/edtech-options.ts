import { parseArgs } from 'node:util';

export interface FeedRebuildRequest {
  readonly command: 'feed rebuild';
  readonly service: string;
  readonly dropUnknown: boolean;
  readonly json: boolean;
}

export interface AuditVerifyRequest {
  readonly command: 'audit verify';
  readonly file: string;
  readonly json: boolean;
}

export type EdtechRequest = FeedRebuildRequest | AuditVerifyRequest;

export const EDTECH_USAGE = `npm run edtech -- <command>

  audit verify <file>      holds an audit from GET /admin/audit/export against its chain, and against the signed checkpoints of this installation
  feed rebuild <service>   writes the service's log again from its event store; stop the service first. Interrupted, it has changed nothing
    --drop-unknown         leaves out what only the log has

  --json                   one JSON document instead of text

Exit code: 0 ok, 1 failed, 2 integrity broken, 64 wrong usage`;

/** Reads what stands behind `--`; 'help' when that is what was asked for. Throws an error that says what is wrong. */
export function edtechRequest(args: readonly string[]): EdtechRequest | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { 'drop-unknown': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const { 'drop-unknown': dropUnknown, json = false, help = false } = values;
  if (help) return 'help';
  const [area = '', verb = '', target = '', ...others] = positionals;
  const oneTarget = target !== '' && others.length === 0;
  switch (`${area} ${verb}`) {
    case 'feed rebuild':
      if (!oneTarget) throw new Error('feed rebuild takes the name of one service');
      return { command: 'feed rebuild', service: target, dropUnknown: dropUnknown ?? false, json };
    case 'audit verify':
      if (!oneTarget) throw new Error('audit verify takes one file');
      if (dropUnknown !== undefined) throw new Error('--drop-unknown is for feed rebuild');
      return { command: 'audit verify', file: target, json };
    default:
      throw new Error(positionals.length === 0 ? 'say what to do' : `there is no command ${positionals.join(' ')}`);
  }
}
