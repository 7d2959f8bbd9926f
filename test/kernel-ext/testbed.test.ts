// The 27 checks of runtimed's kernel-testbed in its four tiers, each asking at least as much as there, through our client.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startKernel,
  type ExecuteOptions,
  type ExecuteResult,
  type KernelClient,
  type Message,
} from "../../kernel-ext/client";
import { ownKernel } from "../../src/runner";

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await startKernel({ spec: ownKernel() });
});
afterAll(() => kernel.shutdown());

async function run(
  code: string,
  options: ExecuteOptions = {},
): Promise<{ reply: ExecuteResult; messages: Message[] }> {
  const messages: Message[] = [];
  const reply = await kernel.execute(code, {
    ...options,
    onOutput: (message) => void messages.push(message),
  });
  return { reply, messages };
}

function ofType(messages: readonly Message[], type: string): Message["content"][] {
  return messages.filter(({ header }) => header.msg_type === type).map(({ content }) => content);
}

describe("tier 1: basic protocol", () => {
  it("heartbeat_responds", async () => {
    expect(await kernel.heartbeat(10_000)).toBe(true);
  });

  it("iopub_welcome", () => {
    expect(kernel.isWelcomed).toBe(true);
  });

  it("kernel_info_reply_valid", async () => {
    expect(await kernel.kernelInfo()).toMatchObject({
      status: "ok",
      implementation: expect.stringMatching(/./) as string,
    });
    expect((await kernel.kernelInfo("control")).status).toBe("ok");
  });

  it("kernel_info_has_language_info", async () => {
    const { language_info: language } = await kernel.kernelInfo();
    expect(language).toMatchObject({ name: "typescript", file_extension: ".ts" });
    expect(language.version).toMatch(/^\d+\.\d+/);
  });

  it("kernel_info_has_protocol_version", async () => {
    expect((await kernel.kernelInfo()).protocol_version).toMatch(/^5\.\d/);
  });

  it("execute_stdout", async () => {
    const { messages } = await run("console.log('hello')");
    expect(ofType(messages, "stream")).toEqual([{ name: "stdout", text: "hello\n" }]);
  });

  it("execute_stderr", async () => {
    const { messages } = await run("console.error('error')");
    expect(ofType(messages, "stream")).toEqual([{ name: "stderr", text: "error\n" }]);
  });

  it("execute_reply_ok", async () => {
    const { reply } = await run("const x = 1");
    expect(reply).toMatchObject({ status: "ok", isIdle: true });
    expect(reply.execution_count).toBeGreaterThan(0);
  });

  it("status_busy_idle_lifecycle", async () => {
    const { messages } = await run("const y = 1");
    expect(ofType(messages, "status").map((content) => content["execution_state"])).toEqual(["busy", "idle"]);
    expect(messages[0]!.content["execution_state"]).toBe("busy");
    expect(messages.at(-1)!.content["execution_state"]).toBe("idle");
  });

  it("execute_input_broadcast", async () => {
    const { messages, reply } = await run("const z = 1");
    expect(ofType(messages, "execute_input")).toEqual([
      { code: "const z = 1", execution_count: reply.execution_count },
    ]);
  });
});

describe("tier 2: interactive features", () => {
  it("complete_request", async () => {
    await run("const testVariableForCompletion = 42");
    const reply = await kernel.complete("testVariableFor");
    expect(reply).toMatchObject({ status: "ok", cursor_start: 0, cursor_end: 15 });
    expect(reply.matches).toContain("testVariableForCompletion");
  });

  it("inspect_request", async () => {
    await run("const testVariableForInspection = 42");
    const reply = await kernel.inspect("testVariableForInspection");
    expect(reply).toMatchObject({ status: "ok", found: true });
    expect(reply.data["text/plain"]).toMatch(/testVariableForInspection.*(42|number)/);
  });

  it("is_complete_complete", async () => {
    expect((await kernel.isComplete("const x = 1")).status).toBe("complete");
  });

  it("is_complete_incomplete", async () => {
    expect((await kernel.isComplete("const x = {")).status).toBe("incomplete");
  });

  it("history_request", async () => {
    await run("const remembered = 'in history'");
    const { history, status } = await kernel.history({ hist_access_type: "tail", n: 3 });
    expect(status).toBe("ok");
    expect(history.map(([, , input]) => input)).toContain("const remembered = 'in history'");
  });

  it("comm_info_request", async () => {
    expect(await kernel.commInfo()).toMatchObject({ status: "ok", comms: {} });
  });

  it("error_handling", async () => {
    const { reply, messages } = await run("function function");
    expect(reply.status).toBe("error");
    expect(reply.ename).toMatch(/./);
    expect(ofType(messages, "error")).toEqual([
      { ename: reply.ename, evalue: reply.evalue, traceback: reply.traceback },
    ]);
  });
});

describe("tier 3: rich output", () => {
  it("display_data", async () => {
    const { messages } = await run("display.html('<b>bold</b>');");
    expect(ofType(messages, "display_data")).toMatchObject([{ data: { "text/html": "<b>bold</b>" } }]);
  });

  it("update_display_data", async () => {
    const { messages } = await run(
      "const shown = display.html('<b>initial</b>'); shown.update(html`<b>updated</b>`);",
    );
    const [first] = ofType(messages, "display_data");
    const [second] = ofType(messages, "update_display_data");
    expect(second).toMatchObject({ data: { "text/html": "<b>updated</b>" }, transient: first!["transient"] });
    expect(first!["transient"]).toMatchObject({ display_id: expect.stringMatching(/./) as string });
  });

  it("execute_result", async () => {
    const { messages, reply } = await run("1 + 1");
    expect(ofType(messages, "execute_result")).toMatchObject([
      { data: { "text/plain": "2" }, execution_count: reply.execution_count },
    ]);
  });

  it("rich_execute_result", async () => {
    const { messages } = await run("html`<b>bold</b>`");
    const [result] = ofType(messages, "execute_result");
    expect(result!["data"]).toMatchObject({
      "text/html": "<b>bold</b>",
      "text/plain": expect.stringMatching(/./) as string,
    });
  });
});

describe("tier 4: advanced features", () => {
  it("stdin_input_request", async () => {
    const asked: [string, boolean][] = [];
    const { messages, reply } = await run(
      "const answer = input('Enter: '); console.log(answer + '!'); password('Secret: ').length",
      {
        onInput: (prompt, isPassword) => {
          asked.push([prompt, isPassword]);
          return "test_input_42";
        },
      },
    );
    expect(asked).toEqual([
      ["Enter: ", false],
      ["Secret: ", true],
    ]);
    expect(reply.status).toBe("ok");
    expect(ofType(messages, "stream")).toEqual([{ name: "stdout", text: "test_input_42!\n" }]);
  });

  it("comms_lifecycle", async () => {
    const heard: Message[] = [];
    const content = { comm_id: "testbed", target_name: "no.such.target", data: {} };
    await kernel.comm("comm_open", content, { onOutput: (message) => void heard.push(message) });
    expect(ofType(heard, "comm_close")).toMatchObject([{ comm_id: "testbed" }]);
    expect((await kernel.commInfo()).comms).toEqual({});
    expect((await run("1")).reply.status).toBe("ok");
  });

  it("interrupt_request", async () => {
    expect(await kernel.ask("control", "interrupt_request", {})).toMatchObject({ status: "ok" });
    let interrupted: Promise<void> | undefined;
    const reply = await kernel.execute("console.log('on'); for (;;) {}", {
      onOutput: ({ header }) => void (header.msg_type === "stream" && (interrupted ??= kernel.interrupt())),
    });
    await interrupted;
    expect(reply.status).toBe("error");
    expect((await run("'still here'")).reply.status).toBe("ok");
  });

  it("execution_count_increments", async () => {
    const first = await run("const a1 = 1");
    const second = await run("const a2 = 1");
    expect(second.reply.execution_count).toBe(first.reply.execution_count! + 1);
    const silent = await run("3", { silent: true });
    expect(ofType(silent.messages, "execute_result")).toEqual([]);
    expect((await run("const a3 = 1")).reply.execution_count).toBe(second.reply.execution_count! + 1);
  });

  it("parent_header_correlation", async () => {
    const heard: Message[] = [];
    kernel.onIopub = (message) => void heard.push(message);
    const { messages } = await run("console.log('mine'); display.html('x'); 5");
    kernel.onIopub = undefined;
    expect(messages.length).toBeGreaterThanOrEqual(6);
    expect(heard).toEqual(messages);
    for (const { parent } of heard)
      expect(parent).toMatchObject({ msg_type: "execute_request", session: kernel.session });
  });

  it("shutdown_reply", async () => {
    for (const restart of [false, true]) {
      const client = await startKernel({ spec: ownKernel() });
      expect(await client.shutdown({ restart })).toMatchObject({ status: "ok", restart });
      expect(client.process!.end).toEqual({ code: 0, signal: null });
    }
  });
});
