import type { CodeRule } from './code-rules.ts';
import { codeOf, withoutComments } from './source-text.ts';
import type { SourceFile } from './source-tree.ts';

/** Faults of the guide's sample code that can be seen in a source text. */

const below =
  (folder: RegExp, rule: CodeRule): CodeRule =>
  (file) =>
    folder.test(file.path) ? rule(file) : [];
const SERVICES = /^apps\/[^/]+-service\//;

function hits({ path }: SourceFile, code: string, pattern: RegExp, what: string): string[] {
  return [...code.matchAll(pattern)].map(([hit]) => `${path}: ${what}: ${hit.replaceAll(/\s+/g, ' ').trim()}`);
}

export const useCaseNeverPublishes: CodeRule = below(/^apps\/[^/]+\/src\/application\/use-cases\//, (file) =>
  hits(file, codeOf(file.text), /\.commit\s*\(|\bEventBus\b|\bEventPublisher\b|\bEventBridgeService\b/g, 'publishes by itself'),
);

const NEST_IMPORT = /\bimport\s+(?:type\s+)?\{([^}]*)\}\s*from\s*['"]@nestjs\/common['"]/g;

export const innerLayersKnowNoHttp: CodeRule = below(/^apps\/[^/]+\/src\/(?:domain|application)\//, (file) =>
  [...withoutComments(file.text).matchAll(NEST_IMPORT)].flatMap(([, names = '']) =>
    hits(file, names, /\bHttp\w*|\b\w+Exception\b|\b(?:Res|Req|Controller|Header)\b/g, 'speaks HTTP'),
  ),
);

/** What the audit keeps and answers are these ids, as it received them. */
const AUDIT = /^apps\/admin-service\/src\/(?:.*\/)?audit[-./]/;
/** What stands for the world around a service begins chains, as the HTTP edge does. */
const SIMULATED = /^apps\/[^/]+-service\/src\/testing\/simulated-/;

export const idsComeFromTheContext: CodeRule = below(SERVICES, (file) =>
  AUDIT.test(file.path) || SIMULATED.test(file.path)
    ? []
    : hits(file, codeOf(file.text), /\b(?:correlationId|causationId)\b/g, 'handles ids of the chain by hand'),
);

/** The codec of the bus is the kernel's; what a service would need for its own are the fields of a bus entry or of the envelope. */
export const serviceBuildsNoEnvelope: CodeRule = below(/^apps\//, (file) => {
  const code = codeOf(file.text);
  const isEnvelope = ['eventId', 'occurredAt', 'aggregateId', 'payload'].every((field) =>
    new RegExp(`\\b${field}\\??\\s*:`).test(code),
  );
  return [
    ...hits(file, code, /\bDetailType\b|\bEventBusName\b|\bPutEventsCommand\b/g, 'builds bus entries'),
    ...(isEnvelope ? [`${file.path}: describes an envelope`] : []),
  ];
});

export const baseEventDefinitions: CodeRule = (file) =>
  hits(file, codeOf(file.text), /\bclass\s+BaseDomainEvent\b/g, 'defines the base event');

const READS_ENVIRONMENT = /\/(?:config|service-config|run-service)\.ts$/;

export const environmentIsReadInOnePlace: CodeRule = below(/^apps\/|^libs\/(?:shared-kernel|contracts)\//, (file) =>
  READS_ENVIRONMENT.test(file.path) ? [] : hits(file, codeOf(file.text), /\bprocess\s*\.\s*env\b/g, 'reads the environment'),
);

export const noLocalMode: CodeRule = below(/^apps\/[^/]+-service\/|^libs\/shared-kernel\//, (file) => [
  ...hits(file, withoutComments(file.text), /\bAWS_ENDPOINT\w*/g, 'knows where AWS is'),
  ...hits(
    file,
    codeOf(file.text),
    /\bis(?:Local|Embedded)\w*|\bif\s*\(\s*!?\s*\w*[lL]ocal\w*\s*\)/g,
    'behaves differently locally',
  ),
]);
