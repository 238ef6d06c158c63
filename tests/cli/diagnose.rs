//! `stave link diagnose`: why a link does not work, the endpoint served or not.

use serde_json::json;

use crate::kit::{SECRET, Shell};
use crate::served_or_not;

served_or_not!(
    a_link_that_was_mangled_is_named_by_its_cause,
    a_request_may_come_by_standard_input,
);

/// Makes a link to an object that is there.
fn link(shell: &Shell) -> String {
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("cp a s3://photos/a");
    shell.ok("presign s3://photos/a").trim().to_owned()
}

fn a_link_that_was_mangled_is_named_by_its_cause(shell: &Shell) {
    let url = link(shell);
    let diagnose = |url: &str| shell.json(&format!("link diagnose \"{url}\"")).remove(0);
    let fine = diagnose(&url);
    assert_eq!(
        (&fine["kind"], &fine["cause"]),
        (&json!("diagnosis"), &json!("fine"))
    );
    let other = diagnose(&url.replace("127.0.0.1", "localhost"));
    assert_eq!(other["cause"], json!("host"));
    assert_eq!(other["findings"][0]["part"], json!("host"));
    let host = other["findings"][0]["expected"].as_str().unwrap();
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    let told = shell.ok(&format!("link diagnose \"{url}&utm_source=mail\""));
    assert!(
        told.starts_with("query-added: The parameter utm_source came in"),
        "{told}"
    );
    assert!(told.contains("expected: no utm_source"), "{told}");
    assert!(!told.contains(SECRET), "{told}");
    assert_eq!(diagnose("no link at all")["cause"], json!("unreadable"));
    shell.fails("link diagnose x --endpoint-url http://127.0.0.1:1", 2);
}

fn a_request_may_come_by_standard_input(shell: &Shell) {
    let url = link(shell);
    let line = format!("curl -X PUT '{url}'");
    let ran = shell.run_with_input("link diagnose -", line.as_bytes());
    assert_eq!(ran.code, Some(0), "{ran}");
    let expected = "method: It was signed for GET, and is used by PUT.";
    assert!(ran.out.starts_with(expected), "{ran}");
}
