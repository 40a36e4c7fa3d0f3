"""Files that the client sends to its session."""

import os
import tempfile

from ..registry import different_in_a_tab, operation


def file_of(text, name):
    path = os.path.join(tempfile.mkdtemp(), name)
    with open(path, "w") as file:
        file.write(text)
    return path


@operation
def a_python_file(spark):
    spark.addArtifacts(file_of("X = 1", "parity_module.py"), pyfile=True)
    return spark.client._artifact_manager is not None


@operation
def an_archive(spark):
    import zipfile

    path = os.path.join(tempfile.mkdtemp(), "parity_archive.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    spark.addArtifacts(path, archive=True)
    return True


@operation
def a_plain_file(spark):
    spark.addArtifacts(file_of("data", "parity_data.txt"), file=True)
    return True


@operation
def the_same_file_twice(spark):
    path = file_of("same", "parity_same.txt")
    spark.addArtifacts(path, file=True)
    spark.addArtifacts(path, file=True)
    return True


@operation
def another_file_of_a_name(spark):
    spark.addArtifacts(file_of("one", "parity_other.txt"), file=True)
    spark.addArtifacts(file_of("two", "parity_other.txt"), file=True)
    return True


@different_in_a_tab("the operating system's numbers of errors are Emscripten's: 44 instead of 2")
def a_file_that_is_not_there(spark):
    return spark.addArtifacts("/no/such/file.py", pyfile=True)


@operation
def of_two_kinds(spark):
    return spark.addArtifacts(file_of("x", "a.txt"), pyfile=True, file=True)


@operation
def a_kind_that_fits_no_suffix(spark):
    return spark.addArtifacts(file_of("x", "a.txt"), pyfile=True)


@operation
def copied_to_the_servers_files(spark):
    return spark.copyFromLocalToFs(file_of("x", "a.txt"), "relative/path")


@operation
def a_file_of_five_megabytes(spark):
    path = os.path.join(tempfile.mkdtemp(), "parity_big.bin")
    with open(path, "wb") as file:
        file.write(os.urandom(5_000_000))
    spark.addArtifacts(path, file=True)
    return True
