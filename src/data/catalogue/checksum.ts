// Checksums of unpacked files, by whichever sum is known.

import { createHash } from "node:crypto";
import type { Checksum } from "./card-file";

/** What is wrong with the content, or undefined when it is what the checksum says (or none is known). */
export function checksumFault(
  content: Uint8Array,
  wanted: Checksum & { readonly bytes?: number },
): string | undefined {
  if (wanted.bytes !== undefined && content.length !== wanted.bytes)
    return `has ${content.length} bytes, expected ${wanted.bytes}`;
  const sums: [string, string | undefined, () => string][] = [
    ["sha256", wanted.sha256, () => createHash("sha256").update(content).digest("hex")],
    ["md5", wanted.md5, () => createHash("md5").update(content).digest("hex")],
    [
      "git blob",
      wanted.gitBlob,
      () => createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex"),
    ],
  ];
  for (const [kind, sum, compute] of sums) {
    if (sum === undefined) continue;
    const got = compute();
    if (got !== sum) return `has ${kind} ${got}, expected ${sum}`;
  }
  return undefined;
}
