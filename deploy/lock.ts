// The part of a package lock that some packages need (npm documentation, package-lock.json).

interface Locked {
  dev?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  [field: string]: unknown;
}

export interface Lock {
  lockfileVersion: number;
  packages: Record<string, Locked>;
}

interface Root {
  name: string;
  version: string;
  dependencies: Record<string, string>;
}

/** Where Node finds a package from the folder of another one. */
function place(packages: Lock['packages'], from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules') - 1))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '') return undefined;
  }
}

export function lockFor({ lockfileVersion, packages }: Lock, root: Root): object {
  const needed = new Map<string, Locked>();
  const add = (from: string, names: string[]): void => {
    for (const name of names) {
      const path = place(packages, from, name);
      const locked = path === undefined ? undefined : packages[path];
      if (path === undefined || !locked || needed.has(path)) continue;
      const { dev: _dev, ...kept } = locked;
      needed.set(path, kept);
      const { dependencies, optionalDependencies, peerDependencies } = locked;
      add(path, Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
    }
  };
  add('', Object.keys(root.dependencies));
  const sorted = [...needed].sort(([a], [b]) => (a < b ? -1 : 1));
  const { name, version } = root;
  return {
    name,
    version,
    lockfileVersion,
    requires: true,
    packages: { '': root, ...Object.fromEntries(sorted) },
  };
}
