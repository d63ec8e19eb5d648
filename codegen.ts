import type { CodegenConfig } from '@graphql-codegen/cli';

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
        resolverTypeWrapperSignature: 'Promise<T> | T',
      },
    },
  },
};

export default config;
