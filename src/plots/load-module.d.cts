/** A true `import()` of an ES module by name. */
declare function loadModule(name: string): Promise<Readonly<Record<string, unknown>>>;
export = loadModule;
