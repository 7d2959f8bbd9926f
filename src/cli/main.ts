// Finds the command that was asked for, runs it, and turns its outcome into an exit code and one clear sentence.

import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, RelataError, unknownName } from "../core";
import type { Command } from "./command";
import { type Streams, terminalOutput } from "./terminal";

const commandFolder = path.join(__dirname, "commands");

/** The names of all commands: one file each in `commands/`. */
export function commandNames(): string[] {
  const files = fs.readdirSync(commandFolder).filter((file) => /^[a-z-]+\.ts$/.test(file));
  return files.map((file) => file.slice(0, -".ts".length)).sort();
}

function isCommand(value: unknown): value is Command {
  return (
    typeof value === "object" && value !== null && "run" in value && "usage" in value && "summary" in value
  );
}

/** Loads one command; its file exports one object that is a Command, under any name. */
export async function loadCommand(name: string): Promise<Command> {
  const names = commandNames();
  if (!names.includes(name)) throw unknownName("command", name, names);
  const loaded: Record<string, unknown> = await import(`./commands/${name}.ts`);
  const command = Object.values(loaded).find(isCommand);
  if (command === undefined) throw new RelataError(`src/cli/commands/${name}.ts exports no command`);
  return command;
}

async function overview(): Promise<string> {
  const lines = [];
  for (const name of commandNames()) lines.push(`  ${name.padEnd(10)} ${(await loadCommand(name)).summary}`);
  return [
    "relata COMMAND ...   a laboratory for contrastive relation extraction",
    "",
    ...lines,
    "",
    "relata COMMAND --help says more. --json prints one object for scripts, where a command prints data.",
  ].join("\n");
}

/** Runs `relata ...args` and resolves to the exit code: 0, or 1 after one clear sentence on stderr. */
export async function runCommand(args: readonly string[], streams: Streams): Promise<number> {
  const [name, ...rest] = args;
  const options = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  const out = terminalOutput(streams, { isJson: options.includes("--json") });
  try {
    if (name === undefined || ["help", "--help", "-h"].includes(name)) {
      const asked = rest[0];
      out.text(asked === undefined ? await overview() : (await loadCommand(asked)).usage);
      return name === undefined ? 1 : 0;
    }
    if (name === "--version") {
      const content: { version: string } = JSON.parse(
        fs.readFileSync(path.join(__dirname, "..", "..", "package.json"), "utf8"),
      );
      out.text(content.version);
      return 0;
    }
    const command = await loadCommand(name);
    if (options.includes("--help") || options.includes("-h")) {
      out.text(command.usage);
      return 0;
    }
    return await command.run(rest, out);
  } catch (error) {
    const isOurs = error instanceof RelataError;
    out.error(isOurs || process.env.RELATA_DEBUG !== "1" ? messageOf(error) : String((error as Error).stack));
    if (!isOurs && process.env.RELATA_DEBUG !== "1")
      out.error("this was not foreseen: RELATA_DEBUG=1 shows where it happened");
    return 1;
  } finally {
    out.end();
  }
}

/** The entry of the `relata` command: real streams, and the process ends with the command. */
export async function main(args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  // Libraries below print hints with console.log: stdout is the command's own, and under --json one object.
  console.log = console.info = console.debug = (...values: unknown[]) => console.error(...values);
  const code = await runCommand(args, {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    now: () => Date.now(),
  });
  process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
}
