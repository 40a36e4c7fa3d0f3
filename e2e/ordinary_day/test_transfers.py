"""A file dropped into JupyterLab's file browser reaches Spark, and one of Spark's comes."""

from __future__ import annotations

from e2e.notebook import Lab, Notebook

DROP = """
async (text) => {
    const contents = window.jupyterapp.serviceManager.contents;
    await contents.save("dropped.csv", { type: "file", format: "text", content: text });
}
"""
LISTED = """
async () => {
    const folder = await window.jupyterapp.serviceManager.contents.get("");
    return folder.content.map((file) => file.name);
}
"""


def test_a_dropped_file_is_read_by_spark(lab: Lab, notebook: Notebook) -> None:
    lab.page.evaluate(DROP, "a,b\n1,x\n2,y\n")
    cell = notebook.run_cell(
        "spark.read.csv(pcw.upload('dropped.csv'), header=True).orderBy('a').collect()"
    )
    assert cell.text == "[Row(a='1', b='x'), Row(a='2', b='y')]"


def test_what_spark_has_is_listed_in_the_file_browser(lab: Lab, notebook: Notebook) -> None:
    fetched = notebook.run_cell(
        "pcw.download(pcw.upload('dropped.csv'), 'fetched.csv').read_text()"
    )
    assert fetched.text == repr("a,b\n1,x\n2,y\n")
    assert "fetched.csv" in lab.page.evaluate(LISTED)
