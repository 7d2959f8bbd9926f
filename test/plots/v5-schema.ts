// Checks a spec against vega-lite's published schema of version 5.23.0 (BSD-3-Clause; descriptions removed).

import * as path from "node:path";
import Ajv from "ajv";
import { readText } from "../../src/core";

const schema = JSON.parse(readText(path.join(__dirname, "vega-lite-v5.23.0.schema.json"))) as object;
const ajv = new Ajv({ allErrors: false, unknownFormats: "ignore", logger: false });
const isValid = ajv.compile(schema);

/** What is wrong with a spec under the schema of version 5, or `undefined`. */
export function faultUnderVersion5(spec: unknown): string | undefined {
  return isValid(spec) ? undefined : ajv.errorsText(isValid.errors);
}
