//! minio-py: a script of assertions, run by the Python that has it.

use crate::python;

#[test]
fn minio_py_finds_the_s3_that_it_knows() {
    python("minio_suite.py");
}
