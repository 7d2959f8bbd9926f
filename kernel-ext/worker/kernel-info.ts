// What the kernel says about itself.

import { PROTOCOL_VERSION } from "../protocol/wire";

/** The content of `kernel_info_reply`. */
export const kernelInfo = {
  status: "ok",
  protocol_version: PROTOCOL_VERSION,
  implementation: "relata",
  implementation_version: "0.1.0",
  language_info: {
    name: "typescript",
    version: "5.9.3",
    mimetype: "text/x-typescript",
    file_extension: ".ts",
    pygments_lexer: "typescript",
    codemirror_mode: "typescript",
    nbconvert_exporter: "script",
  },
  banner: `relata: TypeScript 5.9.3 on Node ${process.versions.node}`,
  debugger: false,
  supported_features: [],
  help_links: [
    { text: "TypeScript Handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
    { text: "Node.js", url: "https://nodejs.org/docs/latest/api/" },
    { text: "TensorFlow.js", url: "https://js.tensorflow.org/api/latest/" },
    { text: "vega-lite", url: "https://vega.github.io/vega-lite/docs/" },
  ],
} as const;
