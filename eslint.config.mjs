// The rules of the house that a machine can check; test/house checks the rest.

import tseslint from "typescript-eslint";

const noRandom = {
  object: "Math",
  property: "random",
  message: "Take a Random from src/core: it is seeded and forked by name.",
};

export default tseslint.config(
  { ignores: ["node_modules/**", "out/**", ".relata/**", "coverage/**", "notebooks/**", "test/fixtures/**"] },
  { linterOptions: { reportUnusedDisableDirectives: "off" } },
  {
    files: ["**/*.{ts,mts,cts,js,mjs,cjs}"],
    extends: [tseslint.configs.base],
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "no-debugger": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-properties": ["error", noRandom],
      "no-empty": "error",
      "no-unsafe-finally": "error",
      "max-depth": ["warn", 3],
      "max-lines": ["warn", { max: 300 }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none", ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ["**/*.{ts,mts,cts}"],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-ignore": true, "ts-nocheck": true, "ts-expect-error": "allow-with-description" },
      ],
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-non-null-asserted-optional-chain": "error",
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  {
    files: ["src/cli/main.ts", "kernel-ext/**", "src/setup/**", "test/**", ".ci/**"],
    rules: { "no-console": "off" },
  },
  // Old Node has to be able to read this file far enough to be told that it is too old.
  { files: ["src/setup/bootstrap.cjs"], rules: { "no-var": "off" } },
);
