//! `stave cors lab`: rules tried out, the endpoint served or not.

use serde_json::json;

use crate::kit::Shell;
use crate::served_or_not;

served_or_not!(
    a_page_is_told_which_rule_lets_it_in_or_why_none_does,
    rules_of_a_file_are_tried_before_they_are_set,
);

fn rules(shell: &Shell, origin: &str) {
    let rule = json!({
        "AllowedOrigins": [origin], "AllowedMethods": ["GET", "PUT"],
        "AllowedHeaders": ["content-type"], "ExposeHeaders": ["ETag"],
    });
    shell.file("cors.json", json!({ "CORSRules": [rule] }).to_string());
}

fn a_page_is_told_which_rule_lets_it_in_or_why_none_does(shell: &Shell) {
    shell.ok("mb photos");
    let lab = "cors lab photos --origin http://localhost:5173 --method PUT --header content-type";
    let none = shell.json(lab).remove(0);
    assert_eq!(none["allowed"], json!(false));
    let told = none["sentence"].as_str().unwrap();
    assert!(told.starts_with("The bucket has no CORS rules"), "{told}");
    rules(shell, "http://localhost:5173");
    shell.ok("bucket-config set photos cors cors.json");
    let line = format!("{lab} --key \"a b.txt\"");
    let allowed = shell.json(&line).remove(0);
    assert_eq!(allowed["kind"], json!("cors-lab"));
    assert_eq!(
        (&allowed["allowed"], &allowed["rule"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(allowed["preflight_status"], json!(200));
    assert_eq!(
        allowed["headers"]["access-control-expose-headers"],
        json!("ETag")
    );
    let curl = allowed["curl"].as_str().unwrap();
    assert!(curl.ends_with("/photos/a%20b.txt"), "{curl}");
    let refused = shell.ok("cors lab photos --origin http://localhost:5174 --method PUT");
    assert!(
        refused.contains("refused: No rule matches: the origin's port is 5174, rule 1 says 5173."),
        "{refused}"
    );
    assert!(
        refused.contains("has been blocked by CORS policy"),
        "{refused}"
    );
    shell.fails("cors lab nowhere --origin http://localhost:5173", 3);
}

fn rules_of_a_file_are_tried_before_they_are_set(shell: &Shell) {
    shell.ok("mb photos");
    rules(shell, "https://app.example");
    let lab = "cors lab photos --origin https://app.example --rules cors.json";
    assert_eq!(shell.json(lab)[0]["allowed"], json!(true));
    shell.fails("bucket-config get photos cors", 3);
    shell.file(
        "broken.json",
        "{\n\"CORSRules\": [\n{\"AllowedOrigins\": 1}]}",
    );
    let line = "cors lab photos --origin https://app.example --rules broken.json";
    let ran = shell.fails(line, 2);
    assert!(ran.err.contains("Line 3"), "{ran}");
}
