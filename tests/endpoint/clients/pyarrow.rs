//! pyarrow: a script of assertions, run by the Python that has it.

use crate::python;

#[test]
fn pyarrow_reads_and_writes_files_and_tables() {
    python("pyarrow_suite.py");
}
