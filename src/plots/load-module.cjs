// A true `import()`: vega is an ES module with top-level await, which `require` refuses, and TypeScript compiled to
// CommonJS would turn `import()` into `require`.
module.exports = (name) => import(name);
