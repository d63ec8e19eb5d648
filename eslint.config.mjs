import js from '@eslint/js';
import graphql from '@graphql-eslint/eslint-plugin';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// Dependencies point one way: server → resolvers → sessions → inference, images, masks. A folder may import those named
// here and itself, and the leaf files directly under src.
const mayImport = {
  masks: [],
  images: ['masks'],
  models: ['masks', 'images'],
  inference: ['models', 'images', 'masks'],
  evaluate: ['models', 'inference', 'images', 'masks'],
  sessions: ['inference', 'images', 'masks'],
  resolvers: ['sessions', 'inference', 'images', 'masks', 'generated'],
  server: ['resolvers', 'sessions', 'inference', 'images', 'masks', 'models', 'generated'],
  client: ['masks'],
};
const folders = [...Object.keys(mayImport), 'cli'];
const zones = Object.entries(mayImport).map(([folder, allowed]) => ({
  target: `./src/${folder}`,
  from: folders.filter((other) => other !== folder && !allowed.includes(other)).map((other) => `./src/${other}`),
  message: `src/${folder} may import only: ${['itself', ...allowed].join(', ')}.`,
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '**/generated', 'web/dist', 'coverage'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      // `#src/*` is the source here, as TypeScript sees it, and not what package.json makes of it at run time.
      'import-x/resolver-next': [
        createNodeResolver({
          tsconfig: { configFile: `${import.meta.dirname}/tsconfig.json` },
          extensionAlias: { '.js': ['.ts', '.tsx', '.js'] },
        }),
      ],
    },
    rules: {
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['*.config.ts', 'codegen.ts', 'web/vite.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
  {
    // Loops over typed arrays, whose index is in range by the loop: a check for each pixel would say nothing.
    files: ['src/masks/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['schema.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: './schema.graphql' } } },
    plugins: { '@graphql-eslint': { rules: graphql.rules } },
    rules: {
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/relay-connection-types': 'error',
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      '@graphql-eslint/relay-arguments': 'off',
      '@graphql-eslint/no-unreachable-types': 'error',
      '@graphql-eslint/no-duplicate-fields': 'error',
    },
  },
);
