//! boto3: scripts of assertions, run by the Python that has it.

use crate::python;

#[test]
fn boto3_finds_the_s3_that_it_knows() {
    python("boto3_suite.py");
}

#[test]
fn boto3_finds_every_checksum() {
    python("boto3_checksums.py");
}

#[test]
fn boto3_finds_conditions_ranges_metadata_and_copies() {
    python("boto3_conditions.py");
}

#[test]
fn boto3_finds_unusual_keys_and_every_page() {
    python("boto3_keys.py");
}

#[test]
fn boto3_finds_tags_lists_of_access_and_forms() {
    python("boto3_tags.py");
}
