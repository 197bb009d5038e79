// Makes the console's files, `dist/`, from the packages the lock names. `make sql-console` runs it.
//
// The engine is packed because hosts that pack for themselves are slow at 34 MB, and some refuse files above 25 MiB;
// the page unpacks it. One build of the engine is enough: every browser since 2022 has WebAssembly exceptions ("eh").
import { build } from "esbuild";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

const here = new URL("./", import.meta.url);
const made = new URL("dist.part/", here);
const engine = new URL("node_modules/@duckdb/duckdb-wasm/dist/", here);

await rm(made, { recursive: true, force: true });
await mkdir(made);
await build({
  entryPoints: [new URL("engine.js", here).pathname],
  outfile: new URL("engine.js", made).pathname,
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none", // LICENSES.txt has them whole
  logLevel: "warning",
});
const worker = await readFile(new URL("duckdb-browser-eh.worker.js", engine), "utf-8");
const quiet = "console.log = () => {};\n"; // it logs every error besides sending it; the page shows them
await writeFile(new URL("worker.js", made), quiet + worker.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
await writeFile(new URL("duckdb.wasm.gz", made), gzipSync(await readFile(new URL("duckdb-eh.wasm", engine)), { level: 9 }));
await writeFile(new URL("LICENSES.txt", made), await licences());
const lock = await readFile(new URL("package-lock.json", here));
const version = JSON.parse(lock).packages["node_modules/@duckdb/duckdb-wasm"].version;
await writeFile(
  new URL("console.json", made),
  JSON.stringify({ duckdb_wasm: version, lock_sha256: createHash("sha256").update(lock).digest("hex") }) + "\n",
);
await rm(new URL("dist/", here), { recursive: true, force: true });
await rename(made, new URL("dist/", here));

async function licences() {
  const parts = [];
  const bundled = ["@duckdb/duckdb-wasm", "apache-arrow", "flatbuffers", "tslib"];
  for (const name of bundled) {
    const folder = new URL(`node_modules/${name}/`, here);
    const about = JSON.parse(await readFile(new URL("package.json", folder), "utf-8"));
    const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copyright|notice)/i.test(file));
    const texts = await Promise.all(files.sort().map((file) => readFile(new URL(file, folder), "utf-8")));
    parts.push([`${name} ${about.version} (${about.license})`, ...texts].join("\n\n"));
  }
  return parts.join("\n\n----\n\n") + "\n";
}
