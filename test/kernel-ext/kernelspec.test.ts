// The kernelspec: installed and removed as files, never over another kernel's, and checked by starting it.

import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { userDataFolder } from "../../kernel-ext/spec/folders";
import {
  examineSpec,
  installedSpec,
  installSpec,
  kernelSpec,
  removeSpec,
} from "../../kernel-ext/spec/kernelspec";
import { measureStart } from "../../kernel-ext/spec/measure-start";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "relata-spec-"));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));
let count = 0;
const newPrefix = (): string => path.join(root, `prefix ${++count}`);

describe("the kernelspec", () => {
  it("is installed whole, can be installed again, and is removed without a trace", () => {
    const prefix = newPrefix();
    const folder = installSpec({ prefix });
    expect(installSpec({ prefix })).toBe(folder);
    expect(fs.readdirSync(folder).sort()).toEqual([
      "kernel.json",
      "logo-32x32.png",
      "logo-64x64.png",
      "logo-svg.svg",
    ]);
    const written: unknown = JSON.parse(fs.readFileSync(path.join(folder, "kernel.json"), "utf8"));
    expect(written).toEqual(kernelSpec());
    expect(written).toMatchObject({ language: "typescript", interrupt_mode: "message" });
    expect(removeSpec({ prefix })).toBe(folder);
    expect(fs.existsSync(folder)).toBe(false);
    expect(removeSpec({ prefix })).toBeUndefined();
  });

  it.each([
    ["another kernel", '{ "argv": ["other"] }'],
    ["no JSON", "{"],
  ])("never touches %s under its name", (_, content) => {
    const prefix = newPrefix();
    const { folder } = installedSpec({ prefix });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "kernel.json"), content);
    expect(() => installSpec({ prefix })).toThrow(/holds another kernel, which relata does not replace/);
    expect(() => removeSpec({ prefix })).toThrow(/holds another kernel/);
    expect(fs.readFileSync(path.join(folder, "kernel.json"), "utf8")).toBe(content);
  });

  it("says what is wrong with an installation and how to mend it", () => {
    const prefix = newPrefix();
    expect(examineSpec({ prefix })).toMatchObject([
      { isGood: false, remedy: `relata kernel install --prefix ${prefix}` },
    ]);
    const folder = installSpec({ prefix });
    expect(examineSpec({ prefix }).every(({ isGood }) => isGood)).toBe(true);
    const spec = kernelSpec();
    const moved = {
      ...spec,
      argv: ["/gone/node", ...spec.argv.slice(1)],
      metadata: { relata: { clone: "/elsewhere" } },
    };
    fs.writeFileSync(path.join(folder, "kernel.json"), JSON.stringify(moved));
    const faults = examineSpec({ prefix }).filter(({ isGood }) => !isGood);
    expect(faults.map(({ text }) => text)).toEqual([
      "it starts another clone: /elsewhere",
      "Node is gone: /gone/node",
    ]);
  });

  it("goes where Jupyter looks on each system", () => {
    expect(userDataFolder({ JUPYTER_DATA_DIR: "/j" }, "linux")).toBe("/j");
    expect(userDataFolder({ HOME: "/h" }, "linux")).toBe("/h/.local/share/jupyter");
    expect(userDataFolder({ HOME: "/h", XDG_DATA_HOME: "/x" }, "linux")).toBe("/x/jupyter");
    expect(userDataFolder({ HOME: "/h" }, "darwin")).toBe("/h/Library/Jupyter");
    expect(userDataFolder({ APPDATA: "/a" }, "win32")).toBe("/a/jupyter");
  });

  it("starts a kernel that answers its heartbeat", async () => {
    expect(await measureStart()).toMatchObject({
      isGood: true,
      text: expect.stringMatching(/^the kernel starts and answers in/) as unknown,
    });
  });

  it("has logos that are images", () => {
    const folder = installSpec({ prefix: newPrefix() });
    const png = fs.readFileSync(path.join(folder, "logo-64x64.png"));
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([64, 64]);
  });
});
