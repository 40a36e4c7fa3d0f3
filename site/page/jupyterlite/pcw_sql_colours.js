// @ts-check
/**
 * Colours for cells that begin with `%%sql`: their text is SQL, not Python.
 *
 * JupyterLab colours a cell by the MIME type of its model, and gives all code cells that of the
 * kernel's language. Where an app has other names for what is used here, cells stay as they are.
 */

const MAGIC = /^\s*%%sql(?![\w.])/;
export const SQL_TYPE = "text/x-sql";

/** The MIME type of a cell, whose notebook's language has `plain`. @param {string} source @param {string} plain */
export const typeOf = (source, plain) => (MAGIC.test(source) ? SQL_TYPE : plain);

/** @type {WeakSet<object>} */
const followed = new WeakSet();

/** @param {any} notebook JupyterLab's `StaticNotebook` @param {any} cell its `CellModel` */
const followCell = (notebook, cell) => {
  if (cell.type !== "code" || followed.has(cell)) return;
  followed.add(cell);
  const colour = () => {
    const type = typeOf(cell.sharedModel.getSource(), notebook.codeMimetype);
    if (cell.mimeType !== type) cell.mimeType = type;
  };
  cell.contentChanged.connect(colour);
  // The kernel's language comes late, and is then given to all cells.
  cell.mimeTypeChanged.connect(colour);
  colour();
};

/** @param {any} notebook */
const followNotebook = (notebook) => {
  if (typeof notebook?.codeMimetype !== "string" || followed.has(notebook)) return;
  followed.add(notebook);
  const followModel = () => {
    const cells = notebook.model?.cells;
    if (!cells || followed.has(cells)) return;
    followed.add(cells);
    const followAll = () => {
      for (const cell of cells) followCell(notebook, cell);
    };
    cells.changed.connect(followAll);
    followAll();
  };
  notebook.modelChanged.connect(followModel);
  followModel();
};

/** @param {any} app JupyterLab's, or the notebook's */
export const colourSql = async (app) => {
  await app.restored;
  const look = () => {
    for (const widget of app.shell.widgets("main")) followNotebook(widget.content);
  };
  app.shell.layoutModified?.connect(look);
  app.shell.currentChanged?.connect(look);
  look();
};
