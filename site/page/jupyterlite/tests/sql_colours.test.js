import assert from "node:assert/strict";
import { test } from "node:test";

import { SQL_TYPE, colourSql, typeOf } from "../pcw_sql_colours.js";

const PYTHON = "text/x-python";

const signal = () => {
  const slots = [];
  return { connect: (slot) => slots.push(slot), emit: () => slots.forEach((slot) => slot()) };
};

/** A cell as JupyterLab's models have it. */
const makeCell = (source, type = "code") => {
  const cell = {
    type,
    source,
    type_: PYTHON,
    contentChanged: signal(),
    mimeTypeChanged: signal(),
    sharedModel: { getSource: () => cell.source },
    get mimeType() {
      return cell.type_;
    },
    set mimeType(value) {
      if (value === cell.type_) return;
      cell.type_ = value;
      cell.mimeTypeChanged.emit();
    },
  };
  return cell;
};

const makeNotebook = (...cells) => {
  const list = Object.assign([...cells], { changed: signal() });
  return { codeMimetype: PYTHON, modelChanged: signal(), model: { cells: list } };
};

const makeApp = (...contents) => {
  const shell = {
    layoutModified: signal(),
    widgets: () => contents.map((content) => ({ content })),
  };
  return { restored: Promise.resolve(), shell };
};

test("a cell is SQL if it begins with the magic", () => {
  for (const source of ["%%sql\nselect 1", "\n %%sql -n 3\n", "%%sql"]) {
    assert.equal(typeOf(source, PYTHON), SQL_TYPE, source);
  }
  for (const source of ["", "%sql select 1", "x = 1\n%%sql", "%%sqlite\n", "%%sql.x", "# %%sql"]) {
    assert.equal(typeOf(source, PYTHON), PYTHON, source);
  }
});

test("a cell becomes SQL and Python again as it is edited", async () => {
  const cell = makeCell("select 1");
  await colourSql(makeApp(makeNotebook(cell)));
  assert.equal(cell.mimeType, PYTHON);
  cell.source = "%%sql\nselect 1";
  cell.contentChanged.emit();
  assert.equal(cell.mimeType, SQL_TYPE);
  cell.source = "print(1)";
  cell.contentChanged.emit();
  assert.equal(cell.mimeType, PYTHON);
});

test("a SQL cell stays one when the kernel's language is given to all cells", async () => {
  const cell = makeCell("%%sql\nselect 1");
  await colourSql(makeApp(makeNotebook(cell)));
  cell.mimeType = PYTHON;
  assert.equal(cell.mimeType, SQL_TYPE);
});

test("new cells and new notebooks are seen, text is not", async () => {
  const [text, later] = [makeCell("%%sql", "markdown"), makeCell("%%sql")];
  const notebook = makeNotebook(text);
  const contents = [{ toString: "an editor" }];
  const app = makeApp();
  app.shell.widgets = () => contents.map((content) => ({ content }));
  await colourSql(app);
  contents.push(notebook);
  app.shell.layoutModified.emit();
  notebook.model.cells.push(later);
  notebook.model.cells.changed.emit();
  assert.deepEqual([text.mimeType, later.mimeType], [PYTHON, SQL_TYPE]);
});
