"use strict";
// Lets Node require .ts files: transpiled by TypeScript, kept on disk by content, so that a second start loads no compiler.

const crypto = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");
const kernelFolder = path.join(root, "kernel-ext") + path.sep;
const cacheFolder = path.join(root, ".relata", "compiled");
const VERSION = "3";

/** Loaded local modules: file to the hash of the text that was compiled. */
const loadedHash = new Map();
let guards = false;

const hashOf = (text) => crypto.createHash("sha1").update(text).digest("hex");

/** Which loops of a file get an interrupt check: none in the kernel, outer ones in the clone, all in a user's module. */
function guardMode(file) {
  if (!guards || file.startsWith(kernelFolder)) return "none";
  return file.startsWith(root + path.sep) ? "outer" : "all";
}

function transpile(file, text, mode) {
  const ts = require("typescript");
  const before = mode === "none" ? [] : [require("../compiler/loop-guard.ts").loopGuard(mode)];
  const isEsm = file.endsWith(".mts");
  const { outputText, diagnostics } = ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    transformers: { before },
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      inlineSourceMap: true,
      experimentalDecorators: false,
      jsx: file.endsWith("x") ? ts.JsxEmit.React : undefined,
      moduleDetection: isEsm ? ts.ModuleDetectionKind.Force : undefined,
    },
  });
  const fault = diagnostics.find((diagnostic) => diagnostic.file !== undefined);
  if (fault === undefined) return outputText;
  const { line, character } = fault.file.getLineAndCharacterOfPosition(fault.start);
  const words = ts.flattenDiagnosticMessageText(fault.messageText, " ");
  throw new SyntaxError(`${file}:${line + 1}:${character + 1} - TS${fault.code}: ${words}`);
}

/** The JavaScript of a TypeScript file, from the cache when it is there. */
function javascriptOf(file) {
  const text = fs.readFileSync(file, "utf8");
  const mode = guardMode(file);
  const key = hashOf(`${VERSION}\0${mode}\0${file}\0${text}`);
  loadedHash.set(file, hashOf(text));
  const cached = path.join(cacheFolder, `${key}.js`);
  try {
    return fs.readFileSync(cached, "utf8");
  } catch {
    const code = transpile(file, text, mode);
    try {
      fs.mkdirSync(cacheFolder, { recursive: true });
      const temporary = `${cached}.${process.pid}.${Math.trunc(performance.now() * 1000)}`;
      fs.writeFileSync(temporary, code);
      fs.renameSync(temporary, cached);
    } catch {
      // a clone that cannot be written to still works, only slower
    }
    return code;
  }
}

/** Installs the hook; `options.guards` adds interrupt checks to loops (main thread of the kernel only). */
function register(options = {}) {
  guards = options.guards === true;
  for (const extension of [".ts", ".tsx", ".mts", ".cts"])
    require.extensions[extension] = (module, file) => module._compile(javascriptOf(file), file);
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    try {
      return resolve.call(this, request, parent, ...rest);
    } catch (error) {
      const typescript = request.replace(/\.(m|c)?js(x?)$/, ".$1ts$2");
      if (typescript === request || !/^[./]/.test(request)) throw error;
      return resolve.call(this, typescript, parent, ...rest);
    }
  };
}

module.exports = { register, loadedHash, hashOf, javascriptOf, root };
