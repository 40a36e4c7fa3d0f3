"""Frames that a function captures reach a pandas that keeps text as objects."""

from __future__ import annotations

import pickle
import pickletools
from typing import Any

import pandas as pd
import pytest
from pyspark.cloudpickle import cloudpickle
from pyspark_connect_web.functions import frames_on_server
from pyspark_connect_web.functions.pickling import TAB_PYTHON, pickled_for

pytestmark = pytest.mark.usefixtures("adapted")
TEXT = pd.DataFrame({"k": ["a", None, "ü"], "v": [1, 2, 3]})
TWICE = pd.DataFrame([["a", "b"], ["c", "d"]], columns=["same", "same"])
FRAMES = [
    TEXT,
    TWICE,
    TEXT.set_index("k"),
    TEXT.set_index(["k", "v"]),
    TEXT.k,
    TEXT.k.astype("string"),
    TEXT.k.astype("category"),
    TEXT[["v"]],
    pd.DataFrame(),
    pd.Index(["a", "b"], name="n"),
    pd.Series([1.5], index=["text"]),
]


def equal(left: Any, right: Any) -> None:
    if isinstance(left, pd.DataFrame):
        pd.testing.assert_frame_equal(left, right)
    elif isinstance(left, pd.Series):
        pd.testing.assert_series_equal(left, right)
    else:
        pd.testing.assert_index_equal(left, right)


@pytest.mark.parametrize("server", [TAB_PYTHON, (3, 9)])
@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
def test_a_frame_is_the_same_for_the_same_pandas(frame: Any, server: tuple[int, int]) -> None:
    with pickled_for(server):
        pickled = cloudpickle.dumps(frame)
    equal(pickle.loads(pickled), frame)


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
def test_no_array_of_text_is_in_the_pickle(frame: Any) -> None:
    with pickled_for(TAB_PYTHON):
        pickled = cloudpickle.dumps(frame)
    named = {one for _, one, _ in pickletools.genops(pickled) if isinstance(one, str)}
    assert not {"StringArray", "StringDtype", "ArrowStringArray"} & named


def test_an_older_pandas_keeps_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pd, "__version__", "2.3.3")
    objects = TEXT.k.astype(object)
    assert frames_on_server.with_text_dtypes(objects, "str") is objects
    assert frames_on_server.with_text_dtypes(objects, "string").dtype == "string"


def test_elsewhere_a_frame_is_pickled_as_pandas_does() -> None:
    assert b"with_text_dtypes" not in cloudpickle.dumps(TEXT)
