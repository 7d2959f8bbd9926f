// The Node addon of TensorFlow: linked to a library, compiled from the sources in its package, kept in the cache.
"use strict";

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { addonFile, addonPackage, cacheFolder, modules, napi } = require("./folders.cjs");
const { NAMES, identityOf } = require("./libraries.cjs");
const { lastLine, onPath, run } = require("./processes.cjs");

const isMac = process.platform === "darwin";

/** What is compiled beside the addon's own sources. */
const extraSources = isMac ? [] : [path.join(__dirname, "hold-signals.cc")];

function link(target, place) {
  const next = `${place}.${process.pid}`;
  fs.rmSync(next, { force: true });
  fs.symlinkSync(target, next);
  fs.renameSync(next, place);
}

/** Points the package's `deps` folder at a TensorFlow, under every name that the compiler and the loader ask for. */
function linkLibrary({ include, library, framework }) {
  const deps = path.join(addonPackage, "deps");
  const folder = path.join(deps, "lib");
  fs.mkdirSync(folder, { recursive: true });
  const headers = path.join(deps, "include");
  if (fs.lstatSync(headers, { throwIfNoEntry: false })?.isDirectory())
    fs.rmSync(headers, { recursive: true });
  link(include, headers);
  const plain = isMac
    ? ["libtensorflow.2.dylib", "libtensorflow.dylib"]
    : ["libtensorflow.so", "libtensorflow.so.2"];
  const plainFramework = isMac ? ["libtensorflow_framework.dylib"] : ["libtensorflow_framework.so"];
  for (const name of [...plain, path.basename(library)]) link(library, path.join(folder, name));
  for (const name of [...plainFramework, NAMES[0][1]]) link(framework, path.join(folder, name));
}

/** Names one build: the package, the library, Node-API, platform, the compiler's arguments and our own sources. */
function addonKey(library) {
  const { version } = JSON.parse(fs.readFileSync(path.join(addonPackage, "package.json"), "utf8"));
  const text = [
    version,
    identityOf(library),
    napi,
    process.platform,
    process.arch,
    ...compilerArguments("out"),
    ...extraSources.map((file) => fs.readFileSync(file, "utf8")),
  ].join("\n");
  return `${version}-napi${napi}-${process.platform}-${process.arch}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}

function compilerArguments(output) {
  const place = (...parts) => path.relative(addonPackage, path.join(...parts));
  const common = ["-std=gnu++17", "-O3", "-fPIC", "-fno-rtti", "-fno-exceptions", `-DNAPI_VERSION=${napi}`];
  const include = [`-I${place(modules, "node-api-headers", "include")}`, "-I.", "-I..", "-Ideps/include"];
  // Where node_modules is a link the compiler runs behind it.
  const workFolder = fs.realpathSync(addonPackage);
  const extra = extraSources.map((file) => path.relative(workFolder, file));
  const sources = ["binding/tfjs_backend.cc", "binding/tfjs_binding.cc", ...extra];
  const libraries = ["-Ldeps/lib", "-ltensorflow", "-ltensorflow_framework"];
  const shared = isMac
    ? ["-bundle", "-undefined", "dynamic_lookup", "-Wl,-rpath,@loader_path/../../deps/lib"]
    : ["-shared", "-Wl,-rpath,$ORIGIN/../../deps/lib", "-Wl,--wrap=TFE_NewContext", "-Wl,--wrap=TFE_Execute"];
  return [...common, ...include, ...sources, ...shared, ...libraries, "-o", output];
}

/** The C++ compiler as a command (`CXX`, else the first on PATH), or undefined. */
function findCompiler() {
  const named = process.env.CXX?.trim().split(/\s+/).filter(Boolean) ?? [];
  const found = named.length > 0 ? named : [onPath("g++", "c++", "clang++")];
  return found[0] === undefined ? undefined : found;
}

/** What to say where there is no compiler, and how to get one; undefined where there is one. */
function compilerFault() {
  if (findCompiler() !== undefined) return undefined;
  return `no C++ compiler (g++ or clang++) is on PATH (${isMac ? "xcode-select --install" : "Debian: apt-get install -y g++"})`;
}

async function compile(output, lock) {
  const compiler = findCompiler();
  if (compiler === undefined) throw new Error(compilerFault());
  const args = [...compiler.slice(1), ...compilerArguments(output)];
  const { code, output: said } = await run(compiler[0], args, { cwd: addonPackage, lock });
  if (code !== 0) throw new Error(`the addon did not compile (${lastLine(said)})`);
}

/**
 * Links `library` and puts its addon in place, from the cache or by compiling (about 10 s). Whole or not at all.
 * Resolves to `{ key, isCompiled }`; throws one sentence.
 */
async function prepareAddon(library, lock, show) {
  linkLibrary(library);
  const key = addonKey(library);
  const cached = path.join(cacheFolder(), "addon", key, path.basename(addonFile));
  const isCompiled = !fs.existsSync(cached);
  if (isCompiled) {
    show(() => "compiling the TensorFlow addon");
    fs.mkdirSync(path.dirname(cached), { recursive: true });
    const part = `${cached}.${process.pid}`;
    try {
      await compile(part, lock);
      fs.renameSync(part, cached);
    } finally {
      fs.rmSync(part, { force: true });
    }
  }
  fs.mkdirSync(path.dirname(addonFile), { recursive: true });
  const next = `${addonFile}.${process.pid}`;
  fs.copyFileSync(cached, next);
  fs.renameSync(next, addonFile);
  return { key, isCompiled };
}

/** Forgets a cached build that does not load, so that the next set-up compiles it anew. */
function forgetAddon(key) {
  fs.rmSync(path.join(cacheFolder(), "addon", key), { recursive: true, force: true });
}

module.exports = { addonKey, compilerFault, forgetAddon, prepareAddon };
