import type { CodegenConfig } from '@graphql-codegen/cli';

// Members of the SessionEvent union: each is resolved from the log entry and the states around it.
const eventTypes = [
  'SessionOpened',
  'EncodingStarted',
  'SessionReady',
  'SessionFailed',
  'PromptsAdded',
  'PromptsRemoved',
  'CandidatesProduced',
  'DecodeFailed',
  'CandidateSelected',
  'ObjectAccepted',
  'ObjectRemoved',
  'StepUndone',
  'StepRedone',
  'SessionClosed',
];

// What the client's types have in common.
const client = {
  useTypeImports: true,
  enumsAsTypes: true,
  strictScalars: true,
  scalars: { ID: 'string', DateTime: 'string', Cursor: 'string' },
  immutableTypes: true,
  skipTypename: true,
  nonOptionalTypename: false,
  dedupeFragments: true,
  inlineFragmentTypes: 'combine',
};

const config: CodegenConfig = {
  schema: './schema.graphql',
  importExtension: '.js',
  generates: {
    './src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: 'string', Cursor: 'string' },
        immutableTypes: true,
        avoidOptionals: { field: true },
        contextType: '../resolvers/context.js#Context',
        mappers: {
          Image: '../images/imageIndex.js#StoredImage',
          Model: '../inference/inference.js#ModelDescriptor',
          Session: '../sessions/state.js#SessionState',
          SegmentedObject: '../resolvers/views.js#ObjectView',
          Participant: '../resolvers/views.js#ParticipantView',
          Prompt: '../resolvers/views.js#PromptView',
          PointPrompt: '../resolvers/views.js#PointPromptView',
          BoxPrompt: '../resolvers/views.js#BoxPromptView',
          MaskPrompt: '../resolvers/views.js#MaskPromptView',
          TextPrompt: '../resolvers/views.js#TextPromptView',
          MaskCandidate: '../resolvers/views.js#CandidateView',
          Mask: '../resolvers/views.js#MaskView',
          ObjectMask: '../resolvers/views.js#ObjectMaskView',
          MaskUpdate: '../resolvers/views.js#MaskUpdateView',
          SessionEventEntry: '../sessions/session.js#Moment',
          SessionEvent: '../sessions/session.js#Moment',
          ...Object.fromEntries(eventTypes.map((type) => [type, `../resolvers/views.js#EventView<'${type}'>`])),
        },
      },
    },
    './src/client/generated/operations.ts': {
      documents: './src/client/documents/*.graphql',
      plugins: ['typescript-operations'],
      config: client,
    },
    './src/client/generated/documents.ts': {
      documents: './src/client/documents/*.graphql',
      plugins: [{ add: { content: "import type * as Types from './operations.js';" } }, 'typed-document-node'],
      config: { ...client, documentMode: 'string', importOperationTypesFrom: 'Types' },
    },
  },
};

export default config;
