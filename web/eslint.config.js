// Restricts the app to the APIs of its oldest browsers (iOS 14, Chrome 90). `lib` in tsconfig.json does the same for
// the language.

import compat from 'eslint-plugin-compat';
import svelte from 'eslint-plugin-svelte';
import typescript from 'typescript-eslint';

const late = [
  ['requestVideoFrameCallback', 'came with iOS 15.4'],
  ['restartIce', 'came with iOS 14.5: createOffer({ iceRestart: true }) does the same'],
  ['showModal', 'came with iOS 15.4'],
  ['replaceChildren', 'came with iOS 14.0, but is not on every element there'],
  ['randomUUID', 'came with iOS 15.4'],
  ['scrollIntoViewIfNeeded', 'is not a standard'],
  ['inert', 'came with iOS 15.5'],
  ['throwIfAborted', 'came with iOS 15.4'],
  ['requestIdleCallback', 'is not in iOS'],
];
const lateStatic = [
  ['AbortSignal', 'timeout', 'came with iOS 16'],
  ['AbortSignal', 'any', 'came with iOS 17.4'],
];

export default typescript.config(
  ...typescript.configs.strict,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    files: ['**/src/**/*.ts', '**/src/**/*.svelte'],
    plugins: { compat },
    settings: { browsers: ['chrome >= 90', 'ios_saf >= 14'], lintAllEsApis: true },
    rules: {
      'compat/compat': 'error',
      'no-restricted-properties': [
        'error',
        ...late.map(([property, message]) => ({ property, message })),
        ...lateStatic.map(([object, property, message]) => ({ object, property, message })),
      ],
      'no-restricted-globals': ['error', { name: 'requestIdleCallback', message: 'It is not in iOS.' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Literal[regex.pattern=/\\(\\?<[=!]/]',
          message: 'Lookbehind is a syntax error before iOS 16.4.',
        },
        { selector: 'Program > ExpressionStatement AwaitExpression', message: 'No top-level await.' },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
);
