// Lists the mounted folder as JupyterLite reads it: the contents of Jupyter's REST API, a file
// `all.json` for each folder. https://jupyterlite.readthedocs.io/en/stable/howto/content/files.html
// For njs, the JavaScript inside of nginx, which knows no spread syntax.
// biome-ignore lint/style/useNodejsImportProtocol: njs does not know the name node:fs
import fs from "fs";

const MOUNT = "/srv/notebooks";
const NAME = "notebooks"; // of the folder in the file browser
const BUILT = "/srv/site";
const LISTING = /^\/api\/contents\/notebooks\/(.*\/)?all\.json$/;

/** Files and folders, no hidden ones and no links: these could lead out of the folder. */
function entries(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && (entry.isFile() || entry.isDirectory()))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How Jupyter tells of an entry; `path` is that in the file browser, `file` where it lies. */
function model(path, file, isDirectory) {
  const stat = fs.statSync(file);
  const changed = new Date(stat.mtimeMs).toISOString();
  const isNotebook = file.endsWith(".ipynb");
  return {
    content: null,
    created: changed,
    format: null,
    hash: null,
    hash_algorithm: null,
    last_modified: changed,
    mimetype: null,
    name: path.split("/").pop(),
    path,
    size: isDirectory ? null : stat.size,
    type: isDirectory ? "directory" : isNotebook ? "notebook" : "file",
    writable: true,
  };
}

function answer(r, listing) {
  r.headersOut["Content-Type"] = "application/json";
  r.headersOut["Cache-Control"] = "no-cache";
  r.return(200, JSON.stringify(listing));
}

function mounted() {
  try {
    return entries(MOUNT).length > 0;
  } catch (_) {
    return false; // nothing is mounted, or this user may not read it
  }
}

/** The top folder: what was built, and the mounted one. */
function root(r) {
  const listing = JSON.parse(fs.readFileSync(`${BUILT}/api/contents/all.json`, "utf8"));
  if (mounted()) {
    const others = listing.content.filter((entry) => entry.name !== NAME);
    listing.content = others.concat([model(NAME, MOUNT, true)]);
  }
  answer(r, listing);
}

/** A folder in it, or the built site's own of that name. */
function folder(r) {
  const inside = (LISTING.exec(r.uri)[1] || "").replace(/\/$/, "");
  const path = inside ? `${NAME}/${inside}` : NAME;
  const file = inside ? `${MOUNT}/${inside}` : MOUNT;
  if (!mounted() || inside.split("/").some((part) => part.startsWith("."))) {
    r.internalRedirect("@built");
    return;
  }
  try {
    if (fs.realpathSync(file) !== file) throw new Error("behind a link");
    const content = entries(file).map((entry) =>
      model(`${path}/${entry.name}`, `${file}/${entry.name}`, entry.isDirectory()),
    );
    answer(r, Object.assign(model(path, file, true), { content, format: "json" }));
  } catch (_) {
    r.internalRedirect("@built");
  }
}

export default { root, folder };
