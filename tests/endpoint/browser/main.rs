//! A real Chromium against the built program: an application's page does what CORS rules allow, and a hostile page
//! of another origin changes nothing and reads nothing. Runs where `STAVE_TEST_BROWSER` is set:
//! `cargo xtask test --only browser`.

mod app;
mod hostile;
mod pages;
mod setting;

use std::env;
use std::io::Write as _;

/// Returns whether a browser is to be driven; says so where not.
fn is_wanted() -> bool {
    let wanted = env::var_os("STAVE_TEST_BROWSER").is_some();
    if !wanted {
        // Not by println!, which the test runner keeps to itself when a test passes.
        let said = "Not run: this needs Chromium and Node.js. `cargo xtask test --only browser` has \
                    them.\n";
        let told = std::io::stderr().write_all(said.as_bytes());
        told.expect("standard error is open");
    }
    wanted
}

#[tokio::test]
async fn an_application_does_what_the_rules_allow_and_nothing_else() {
    if is_wanted() {
        app::uses_the_bucket().await;
    }
}

#[tokio::test]
async fn a_hostile_page_changes_nothing_and_reads_nothing() {
    if is_wanted() {
        hostile::tries_everything().await;
    }
}

#[tokio::test]
async fn a_name_that_was_bound_to_this_machine_afterwards_is_none_of_ours() {
    if is_wanted() {
        hostile::rebinds().await;
    }
}
