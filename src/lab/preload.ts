// What every notebook of the relata kernel has without an import.

import * as everything from "../index";

export { open } from "./lab";
/** All of relata: `relata.supCon(...)`, `relata.Table`, ... */
export const relata: typeof everything = everything;
