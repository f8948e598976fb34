import { join } from 'node:path';
import type { TerraformModule } from './terraform-module.ts';

/** References to nothing, and module calls whose arguments do not fit the variables of the called module. */
export function unresolvedReferences(modules: readonly TerraformModule[]): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  return modules.flatMap((module) => [
    ...module.expressions.flatMap((expression) => unresolvedIn(expression, module, byPath)),
    ...[...module.calls].flatMap(([name, call]) => misfits(name, Object.keys(call), module, byPath)),
  ]);
}

type ByPath = ReadonlyMap<string, TerraformModule>;

function unresolvedIn(expression: string, module: TerraformModule, byPath: ByPath): string[] {
  const named = (kind: string): string[] =>
    [...expression.matchAll(new RegExp(`\\b${kind}\\.([A-Za-z_][\\w-]*)`, 'g'))].map(([, name]) => name ?? '');
  const blocks = new Set(
    module.blocks.map(({ kind, type, name }) => (kind === 'data' ? `data.${type}.${name}` : `${type}.${name}`)),
  );
  const resources = [...expression.matchAll(/(?:\bdata\.)?\baws_\w+\.[A-Za-z_]\w*/g)].map(([reference]) => reference);
  const outputs = [...expression.matchAll(/\bmodule\.([\w-]+)\.([\w-]+)/g)].filter(
    ([, call = '', output = '']) => !calledBy(module, call, byPath)?.outputs.has(output),
  );
  return [
    ...named('var')
      .filter((name) => !module.variables.has(name))
      .map((name) => `var.${name}`),
    ...named('local')
      .filter((name) => !module.locals.has(name))
      .map((name) => `local.${name}`),
    ...resources.filter((reference) => !blocks.has(reference)),
    ...outputs.map(([reference]) => reference),
  ].map((reference) => `${module.path}: ${reference} does not exist`);
}

function misfits(name: string, given: readonly string[], module: TerraformModule, byPath: ByPath): string[] {
  const called = calledBy(module, name, byPath);
  if (!called) return [`${module.path}: module ${name} has no source here`];
  const missing = [...called.variables].filter(([variable, body]) => !('default' in body) && !given.includes(variable));
  const unknown = given.filter(
    (argument) =>
      !['source', 'for_each', 'count', 'depends_on', 'providers'].includes(argument) && !called.variables.has(argument),
  );
  return [
    ...missing.map(([variable]) => `${module.path}: module ${name} is not given ${variable}`),
    ...unknown.map((argument) => `${module.path}: module ${name} does not know ${argument}`),
  ];
}

function calledBy(module: TerraformModule, name: string, byPath: ByPath): TerraformModule | undefined {
  const source = module.calls.get(name)?.['source'];
  return typeof source === 'string' ? byPath.get(join(module.path, source)) : undefined;
}
