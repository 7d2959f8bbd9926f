// What the kernel says, as text for a terminal.

import type { Message } from "../../../kernel-ext/client";

const textIn = (value: unknown): string =>
  Array.isArray(value) ? value.join("") : typeof value === "string" ? value : "";

/** The text of one iopub message, and whether it belongs on stderr; undefined for messages that show nothing. */
export function shown({ header, content }: Message): { text: string; isError: boolean } | undefined {
  switch (header.msg_type) {
    case "stream":
      return { text: textIn(content["text"]), isError: content["name"] === "stderr" };
    case "execute_result":
    case "display_data": {
      const data = content["data"];
      const plain =
        typeof data === "object" && data !== null && "text/plain" in data ? textIn(data["text/plain"]) : "";
      return plain === "" ? undefined : { text: `${plain}\n`, isError: false };
    }
    case "error": {
      const lines = Array.isArray(content["traceback"]) ? content["traceback"].map(String) : [];
      const text =
        lines.length > 0 ? lines.join("\n") : `${textIn(content["ename"])}: ${textIn(content["evalue"])}`;
      return { text: `${text}\n`, isError: true };
    }
    default:
      return undefined;
  }
}
