"""What pyarrow does with S3: files, folders, ranges, and a table in many files."""

import os

import pyarrow
import pyarrow.dataset
import pyarrow.parquet
from pyarrow import fs

from kit import run, same

store = fs.S3FileSystem(
    access_key=os.environ["AWS_ACCESS_KEY_ID"], secret_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    endpoint_override=os.environ["AWS_ENDPOINT_URL"].removeprefix("http://"), scheme="http", region="us-east-1",
    allow_bucket_creation=True, allow_bucket_deletion=True,
)
LARGE = bytes(index % 239 for index in range((11 << 20) + 3))


def write(path, body, **named):
    with store.open_output_stream(path, **named) as stream:
        stream.write(body)


def read(path):
    with store.open_input_stream(path) as stream:
        return stream.read()


def paths(folder, recursive):
    return sorted(info.path for info in store.get_file_info(fs.FileSelector(folder, recursive=recursive)))


def refused(kind, call, *arguments):
    try:
        call(*arguments)
    except kind:
        same(True, True, "refused")
        return
    raise AssertionError(f"{kind} was expected, {call.__name__} went through")


def files():
    store.create_dir("arrow")
    write("arrow/a b+c/ü%.txt", b"hello", metadata={"Content-Type": "text/plain", "colour": "blue"})
    same(read("arrow/a b+c/ü%.txt"), b"hello", "the bytes")
    info = store.get_file_info("arrow/a b+c/ü%.txt")
    same((info.type, info.size, info.base_name), (fs.FileType.File, 5, "ü%.txt"), "what is told of a file")
    with store.open_input_stream("arrow/a b+c/ü%.txt") as stream:
        told = stream.metadata()
    # An upload in one part, since the client does not know the length when it begins.
    same((told["Content-Type"], told["ETag"]), (b"text/plain", b'"62109206880d38a4010a98e11243924a-1"'), "metadata")
    write("arrow/empty", b"")
    same((read("arrow/empty"), store.get_file_info("arrow/empty").size), (b"", 0), "an empty file")
    same(store.get_file_info("arrow/missing").type, fs.FileType.NotFound, "a file that is missing")
    refused(FileNotFoundError, store.open_input_stream, "arrow/missing")
    refused(FileNotFoundError, store.open_input_file, "missing-bucket/file")


def ranges():
    with store.open_output_stream("arrow/large") as stream:
        for start in range(0, len(LARGE), 1_000_003):
            stream.write(LARGE[start : start + 1_000_003])
    same(read("arrow/large") == LARGE, True, "the bytes of an upload in parts")
    with store.open_input_file("arrow/large") as file:
        same(file.size(), len(LARGE), "its size")
        for start, count in [(0, 1), (5_242_879, 2), (len(LARGE) - 3, 3), (7_000_000, 100_000)]:
            same(file.read_at(count, start) == LARGE[start : start + count], True, f"{count} bytes at {start}")
        file.seek(10_000_000)
        same(file.read(4), LARGE[10_000_000:10_000_004], "after a seek")
        same(len(file.read_at(100, len(LARGE) - 4)), 4, "past the end")


def folders():
    for path in ["arrow/tree/one", "arrow/tree/deep/two", "arrow/tree/deep/er/日本"]:
        write(path, path.encode())
    same(paths("arrow/tree", False), ["arrow/tree/deep", "arrow/tree/one"], "a folder")
    everything = ["arrow/tree/deep", "arrow/tree/deep/er", "arrow/tree/deep/er/日本", "arrow/tree/deep/two", "arrow/tree/one"]
    same(paths("arrow/tree", True), everything, "all below a folder")
    store.copy_file("arrow/tree/one", "arrow/tree/copy of one")
    store.move("arrow/tree/deep/two", "arrow/tree/moved + two")
    same(read("arrow/tree/copy of one"), b"arrow/tree/one", "a copy")
    same(read("arrow/tree/moved + two"), b"arrow/tree/deep/two", "what was moved")
    same(store.get_file_info("arrow/tree/deep/two").type, fs.FileType.NotFound, "where it was")
    store.create_dir("arrow/made")
    same(store.get_file_info("arrow/made").type, fs.FileType.Directory, "a folder without files")
    store.delete_dir("arrow/tree")
    same(store.get_file_info("arrow/tree").type, fs.FileType.NotFound, "a deleted folder")


def tables():
    numbers = list(range(30_000))
    table = pyarrow.table({"n": numbers, "square": [n * n for n in numbers], "kind": [f"k {n % 3}" for n in numbers]})
    pyarrow.parquet.write_table(table, "arrow/one.parquet", filesystem=store)
    same(pyarrow.parquet.read_table("arrow/one.parquet", filesystem=store).equals(table), True, "a table")
    column = pyarrow.parquet.read_table("arrow/one.parquet", filesystem=store, columns=["square"])
    same(column["square"][29_999].as_py(), 899_940_001, "one column")
    pyarrow.dataset.write_dataset(
        table, "arrow/parts", filesystem=store, format="parquet", partitioning=["kind"], partitioning_flavor="hive",
    )
    dataset = pyarrow.dataset.dataset("arrow/parts", filesystem=store, partitioning="hive")
    same(len(dataset.files), 3, "the files of a partitioned table")
    same(dataset.count_rows(), 30_000, "its rows")
    some = dataset.to_table(filter=(pyarrow.dataset.field("kind") == "k 1") & (pyarrow.dataset.field("n") < 10))
    same(sorted(some["n"].to_pylist()), [1, 4, 7], "rows by a filter")


def gone():
    store.delete_dir_contents("arrow")
    same(paths("arrow", True), [], "what is left")
    store.delete_dir("arrow")
    same(store.get_file_info("arrow").type, fs.FileType.NotFound, "a deleted bucket")


run(files, ranges, folders, tables, gone)
