// The names of a notebook: which cell declared each last, as a value and as a type, and where its value is stored.

/** How a name was declared. `type` stands for interfaces and type aliases. */
export type NameKind =
  "const" | "let" | "var" | "function" | "class" | "enum" | "namespace" | "import" | "type";

/** A place for a value: property `key` of the slot object of cell `scope`. */
export interface Slot {
  readonly scope: number;
  readonly key: string;
}

/** A name as later cells see it. */
export interface Binding {
  readonly name: string;
  readonly kind: NameKind;
  /** The cell whose frozen module has its type. */
  readonly cell: number;
  readonly slot: Slot | undefined;
  /** The name is also an interface or type alias in that cell. */
  readonly isType?: boolean;
  /** Type parameters of that type: as declared (`<T extends string>`) and as given on (`<T>`). */
  readonly typeParameters?: { readonly declared: string; readonly given: string };
  /** A function looks at the slot, so the name is read and written there at all times. */
  captured: boolean;
}

/** Whether an import binding of another module may not be assigned to, unlike `let` and `var`. */
export function isMutable(kind: NameKind): boolean {
  return kind === "let" || kind === "var";
}

/** The table of names; the last declaration wins. */
export class NameTable {
  private readonly bindings = new Map<string, Binding>();

  get(name: string): Binding | undefined {
    return this.bindings.get(name);
  }

  set(binding: Binding): void {
    this.bindings.set(binding.name, binding);
  }

  all(): Iterable<Binding> {
    return this.bindings.values();
  }

  clear(): void {
    this.bindings.clear();
  }

  /**
   * The one line that makes earlier names known to a cell: imports from frozen cells, `declare let` for variables
   * (an imported name may not be assigned, and TypeScript then leaves the assigned value unchecked).
   * `declared` are the cell's own names; `wants` says which others it needs.
   */
  prelude(declared: ReadonlyMap<string, NameKind>, wants: (binding: Binding) => boolean): string {
    const imports = new Map<number, string[]>();
    let variables = "";
    const take = (cell: number, text: string): void => {
      const list = imports.get(cell);
      if (list === undefined) imports.set(cell, [text]);
      else list.push(text);
    };
    for (const binding of this.bindings.values()) {
      const { name, cell, kind, captured } = binding;
      if (!wants(binding)) continue;
      if (declared.has(name)) {
        if (captured) take(cell, `${name} as ${OLD}${name}`);
      } else if (isMutable(kind)) {
        const from = `import("${frozenName(cell)}").${name}`;
        variables += `declare let ${name}:typeof ${from};`;
        const { declared: head = "", given = "" } = binding.typeParameters ?? {};
        if (binding.isType === true) variables += `type ${name}${head}=${from}${given};`;
      } else take(cell, name);
    }
    const lines = [...imports].map(([cell, names]) => `import{${names.join()}}from"${frozenName(cell)}";`);
    return lines.join("") + variables + "\n";
  }
}

/** Prefix of the former meaning of a name that the cell declares anew. */
export const OLD = "__old_";

/** The module specifier of a cell that has run. */
export function frozenName(cell: number): string {
  return `./__cell_${cell}__`;
}
