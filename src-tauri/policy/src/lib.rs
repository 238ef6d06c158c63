//! Policies in AWS' language: parsed from JSON, and evaluated. Pure: no I/O, no clock, no store.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies.html>
