// A JupyterLab of the test's own: fresh folders, our kernelspec, no news and no updates, ended with the test.

import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { KERNEL_NAME, kernelSpec } from "../../kernel-ext/spec/kernelspec";

const TOKEN = "relata-test";

/** A running server; `folder` is its root. */
export class LabServer {
  readonly folder: string;
  private readonly home: string;
  private readonly port: number;
  private readonly child: ChildProcess;
  private said = "";

  private constructor(python: string, home: string, port: number) {
    this.home = home;
    this.port = port;
    this.folder = path.join(home, "notebooks");
    fs.mkdirSync(this.folder);
    const kernel = path.join(home, "data", "kernels", KERNEL_NAME);
    fs.mkdirSync(kernel, { recursive: true });
    fs.writeFileSync(path.join(kernel, "kernel.json"), JSON.stringify(kernelSpec()));
    const settings = path.join(home, "settings", "@jupyterlab", "apputils-extension");
    fs.mkdirSync(settings, { recursive: true });
    fs.writeFileSync(path.join(settings, "notification.jupyterlab-settings"), '{"fetchNews": "false"}');
    const options = [
      "--no-browser",
      "--allow-root",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--ServerApp.port_retries=0",
      `--IdentityProvider.token=${TOKEN}`,
      `--ServerApp.root_dir=${this.folder}`,
      "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
      "--LabApp.extension_manager=readonly",
    ];
    this.child = spawn(python, ["-m", "jupyterlab", ...options], {
      cwd: this.folder,
      env: {
        ...process.env,
        JUPYTER_DATA_DIR: path.join(home, "data"),
        JUPYTER_CONFIG_DIR: path.join(home, "config"),
        JUPYTER_RUNTIME_DIR: path.join(home, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: path.join(home, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: path.join(home, "workspaces"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.said += text));
    }
  }

  /** Starts a server and waits until it answers. */
  static async start(python: string): Promise<LabServer> {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "relata-lab-"));
    const server = new LabServer(python, home, await freePort());
    for (let attempt = 0; attempt < 240; attempt++) {
      if (server.child.exitCode !== null) break;
      const answer = await fetch(server.address("api/status")).catch(() => undefined);
      if (answer?.ok === true) return server;
      await delay(250);
    }
    await server.stop();
    throw new Error(`JupyterLab did not start: ${server.said.slice(-2000)}`);
  }

  /** The address of a page or call of the server, with its token. */
  address(place: string): string {
    return `http://127.0.0.1:${this.port}/${place}${place.includes("?") ? "&" : "?"}token=${TOKEN}`;
  }

  /** Puts a notebook for our kernel into the root folder and returns the address at which the lab opens it. */
  notebook(name: string, cells: readonly string[]): string {
    const content = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {
        kernelspec: { name: KERNEL_NAME, display_name: kernelSpec().display_name, language: "typescript" },
      },
      cells: cells.map((source, index) => ({
        cell_type: "code",
        id: `c${index}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source,
      })),
    };
    fs.writeFileSync(path.join(this.folder, name), JSON.stringify(content));
    return this.address(`lab/workspaces/${path.parse(name).name}/tree/${name}?reset`);
  }

  /** Ends the server with its kernels and removes its folders. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGTERM");
      await Promise.race([ended, delay(8000).then(() => this.child.kill("SIGKILL"))]);
    }
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
