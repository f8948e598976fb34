/**
 * Who may import whom. `test/architecture/dependency-rules.spec.ts` plants one violation per rule and expects each to be found.
 *
 * Tests may import anything, except what is inside another service.
 */
const TESTS = ['\\.spec\\.ts$', '^(apps|libs)/[^/]+/test/'];
const installed = (name) => `(^|/)node_modules/${name}/`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment:
        'The model must not know its storage or its framework; time, ids and randomness come in as arguments. temporal-polyfill is allowed: it computes with calendars and time zones, which Date cannot; its clock is refused by code-rules.spec.ts.',
      from: { path: '^apps/([^/]+)/src/domain/', pathNot: [...TESTS, '/domain/events/[^/]+\\.event\\.ts$'] },
      to: { pathNot: ['^apps/$1/src/domain/', '^libs/shared-kernel/src/domain/', installed('temporal-polyfill')] },
    },
    {
      name: 'domain-event-is-its-contract',
      severity: 'error',
      comment:
        'Beside the model an event file may know the contracts: the shape of an event is its published contract, and a second description of it would drift.',
      from: { path: '^apps/([^/]+)/src/domain/events/[^/]+\\.event\\.ts$' },
      to: { pathNot: ['^apps/$1/src/domain/', '^libs/shared-kernel/src/domain/', '^libs/contracts/'] },
    },
    {
      name: 'domain-event-takes-only-the-type',
      severity: 'error',
      comment: 'The schema behind a contract runs at the edges, where data comes in; the model needs its type alone.',
      from: { path: '^apps/[^/]+/src/domain/events/[^/]+\\.event\\.ts$' },
      to: { path: '^libs/contracts/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'kernel-domain-is-pure',
      severity: 'error',
      comment: 'Every service model stands on it: what it imports, they all import.',
      from: { path: '^libs/shared-kernel/src/domain/', pathNot: [...TESTS, '/domain/aggregate-root\\.ts$'] },
      to: { pathNot: '^libs/shared-kernel/src/domain/' },
    },
    {
      name: 'aggregate-root-extends-only-nest-cqrs',
      severity: 'error',
      comment:
        'The one exception to a pure model, by path: the guide has every aggregate extend the AggregateRoot of @nestjs/cqrs.',
      from: { path: '^libs/shared-kernel/src/domain/aggregate-root\\.ts$' },
      to: { pathNot: ['^libs/shared-kernel/src/domain/', installed('@nestjs/cqrs')] },
    },
    {
      name: 'application-speaks-to-ports',
      severity: 'error',
      comment: 'A use case decides what happens; how it is stored, sent or answered is decided by whoever implements its ports.',
      from: { path: '^apps/([^/]+)/src/application/', pathNot: TESTS },
      to: {
        pathNot: [
          '^apps/$1/src/(domain|application)/',
          '^apps/$1/src/constants\\.ts$',
          '^libs/shared-kernel/src/(domain|application)/',
          '^libs/contracts/',
          installed('@nestjs/(common|cqrs)'),
        ],
      },
    },
    {
      name: 'kernel-application-is-ports',
      severity: 'error',
      comment: 'Ports and decorators that every service imports; an adapter behind them would come along into each use case.',
      from: { path: '^libs/shared-kernel/src/application/', pathNot: TESTS },
      to: {
        pathNot: [
          '^libs/shared-kernel/src/(domain|application)/',
          installed('@nestjs/(common|cqrs)'),
          installed('reflect-metadata'),
          '^(node:)?async_hooks$',
        ],
      },
    },
    {
      name: 'kernel-application-takes-only-types-of-nest',
      severity: 'error',
      comment: 'A port may be described in the words of Nest; it must load without it.',
      from: { path: '^libs/shared-kernel/src/application/', pathNot: TESTS },
      to: { path: installed('@nestjs/(common|cqrs)'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'infrastructure-serves-the-inner-layers',
      severity: 'error',
      comment:
        'An adapter implements a port of its own service with a database or an SDK. @nestjs/* and the modules of Node are allowed as well: an adapter is injected, and digests or streams are plumbing; so are Fastify, for the adapter that reads uploads, and zod, for one that reads what another system sends. jose signs tokens, and the signer of @smithy signs requests to AWS for which no client is installed.',
      from: { path: '^apps/([^/]+)/src/infrastructure/', pathNot: TESTS },
      to: {
        pathNot: [
          '^apps/$1/src/(domain|application|infrastructure)/',
          '^apps/$1/src/constants\\.ts$',
          '^libs/(shared-kernel|contracts)/',
          '^libs/local-',
          installed('(@nestjs|@aws-sdk)/[^/]+'),
          installed('(drizzle-orm|pg)'),
          installed('(fastify|@fastify/[^/]+)'),
          installed('zod'),
          installed('(jose|@smithy/signature-v4)'),
        ],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'presentation-returns-views',
      severity: 'error',
      comment:
        'A controller parses, calls a use case and answers with its view: an entity in an answer publishes the private model. The kernel is allowed for its edge (access, schemas, If-Match).',
      from: { path: '^apps/([^/]+)/src/presentation/', pathNot: TESTS },
      to: {
        pathNot: [
          '^apps/$1/src/(application|presentation)/',
          '^apps/$1/src/constants\\.ts$',
          '^libs/shared-kernel/',
          installed('@nestjs/[^/]+'),
          installed('zod'),
        ],
      },
    },
    {
      name: 'constants-stand-alone',
      severity: 'error',
      comment:
        'The guide has use cases import ../../constants: every layer but the domain may, as long as nothing else comes along.',
      from: { path: '^apps/[^/]+/src/constants\\.ts$' },
      to: {},
    },
    {
      name: 'drivers-only-in-infrastructure',
      severity: 'error',
      comment: 'Whoever sees a driver depends on its errors, types and versions; one layer is enough to change when they do.',
      from: { path: '^(apps|libs)/', pathNot: [...TESTS, '^(apps|libs)/[^/]+/src/infrastructure/', '^libs/local-'] },
      to: { path: installed('(@aws-sdk/[^/]+|drizzle-orm|pg)') },
    },
    {
      name: 'services-meet-in-contracts',
      severity: 'error',
      comment:
        'A private model must not become an API: tests included, a service knows of another only what libs/contracts says.',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/platform/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'platform-takes-services-whole',
      severity: 'error',
      comment:
        'It runs the services in one process and must not grow to depend on that; it may see the module of each, nothing inside.',
      from: { path: '^apps/platform/' },
      to: { path: '^apps/', pathNot: ['^apps/platform/', '^apps/[^/]+/src/[^/]+\\.module\\.ts$'] },
    },
    {
      name: 'scenarios-take-services-whole',
      severity: 'error',
      comment: 'A scenario that reaches inside a service would pass while the service is broken for everybody else.',
      from: { path: '^(test|bench)/' },
      to: {
        path: '^apps/',
        pathNot: ['^apps/platform/', '^apps/[^/]+/src/[^/]+\\.module\\.ts$', '^apps/[^/]+/src/testing/entry\\.ts$'],
      },
    },
    {
      name: 'contracts-import-only-zod',
      severity: 'error',
      comment:
        'All one service may know of another must not bring anything else along. generate.ts writes the catalogue to disk: a tool, never loaded by a service.',
      from: { path: '^libs/contracts/src/', pathNot: [...TESTS, '/src/generate\\.ts$'] },
      to: { pathNot: ['^libs/contracts/', installed('zod')] },
    },
    {
      name: 'kernel-knows-no-contract',
      severity: 'error',
      comment: 'The kernel works for any event; a service hands its contracts in.',
      from: { path: '^libs/shared-kernel/src/', pathNot: TESTS },
      to: { path: '^libs/contracts/' },
    },
    {
      name: 'libraries-know-no-app',
      severity: 'error',
      comment: 'What all services share cannot depend on one of them, its tests included.',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'local-parts-only-on-the-platform',
      severity: 'error',
      comment:
        'A service must not know whether its database and its bus are the embedded ones: the code that is tested is the code that runs.',
      from: { path: '^(apps|libs)/', pathNot: [...TESTS, '^apps/platform/', '^libs/local-'] },
      to: { path: '^libs/local-' },
    },
    {
      name: 'testing-kit-only-in-tests',
      severity: 'error',
      comment: 'Fixtures and in-memory twins keep no promise of durability.',
      from: { path: '^(apps|libs)/', pathNot: [...TESTS, '^(apps|libs)/[^/]+/src/testing/'] },
      to: { path: '^(apps|libs)/[^/]+/src/testing/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Parts of a cycle cannot be understood, tested or loaded one at a time, even when only types go round.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      comment: 'The rules above judge the file behind an import; one that leads nowhere would pass them all.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: [
        '^(apps|libs)/[^/]+/dist(-test)?/',
        '^(bench|test|test/faults)/dist/',
        '^bench/peers/',
        '^dist-test/',
        '^test/architecture/planted/',
      ],
    },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'default'] },
  },
};
