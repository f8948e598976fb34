import type { CommandClass } from '../../application/saga.ts';

export interface StoredCommand {
  readonly name: string;
  /** JSON of the command's fields. */
  readonly payload: string;
}

export function storedCommand(name: string, command: object): StoredCommand {
  return { name, payload: JSON.stringify(command) };
}

/** The class's own name for an object that is no command. */
export function commandNameOf(command: object): string {
  const type: object = command.constructor;
  return 'COMMAND_NAME' in type && typeof type.COMMAND_NAME === 'string' ? type.COMMAND_NAME : command.constructor.name;
}

/** Revives stored commands as instances of their classes, without calling a constructor. */
export class CommandRegistry {
  readonly #classes: ReadonlyMap<string, CommandClass>;

  constructor(classes: Iterable<CommandClass>) {
    const byName = new Map<string, CommandClass>();
    for (const type of classes) {
      const other = byName.get(type.COMMAND_NAME);
      if (other !== undefined && other !== type) throw new Error(`two command classes are named ${type.COMMAND_NAME}`);
      byName.set(type.COMMAND_NAME, type);
    }
    this.#classes = byName;
  }

  /** Throws UnknownCommand. */
  revive({ name, payload }: StoredCommand): object {
    const type = this.#classes.get(name);
    if (type === undefined) throw new UnknownCommand(name);
    const command: object = Object.create(type.prototype);
    const fields: object = JSON.parse(payload);
    return Object.assign(command, fields);
  }
}

/** A stored command whose class this release does not know. */
export class UnknownCommand extends Error {
  readonly code = 'UNKNOWN_COMMAND';

  constructor(readonly command: string) {
    super(`no saga lists the command ${command}; deploy the release that knows it, then retry the step`);
    this.name = 'UnknownCommand';
  }
}
