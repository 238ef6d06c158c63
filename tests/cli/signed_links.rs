//! `stave links`: links with keys of their own.

use serde_json::{Value, json};

use crate::kit::Shell;
use crate::links::request;
use crate::served_or_not;

served_or_not!(
    a_link_is_made_listed_shown_revoked_and_forgotten,
    a_form_is_told_with_its_fields,
    what_is_wrong_is_told_with_its_exit_code,
);

fn a_link_is_made_listed_shown_revoked_and_forgotten(shell: &Shell) {
    let line = "links make s3://photos/a.jpg --uses 3 --expires 2h --title \"for Ann\"";
    let made = shell.json(line).remove(0);
    assert_eq!(
        (&made["kind"], &made["method"]),
        (&json!("signed-link"), &json!("GET"))
    );
    assert_eq!(
        (&made["bucket"], &made["key"]),
        (&json!("photos"), &json!("a.jpg"))
    );
    assert_eq!(
        (&made["state"], &made["max_uses"]),
        (&json!("live"), &json!(3))
    );
    let id = made["id"].as_str().unwrap();
    assert!(id.starts_with("STAVELINK"), "{id}");
    let url = made["url"].as_str().unwrap();
    assert!(url.contains("/photos/a.jpg?") && url.contains(id), "{url}");
    assert_eq!(shell.ok(&format!("links show {id}")), format!("{url}\n"));
    let in_list = shell.json("links list").remove(0);
    assert_eq!(
        (&in_list["id"], &in_list["title"]),
        (&made["id"], &json!("for Ann"))
    );
    assert_eq!(in_list["url"], Value::Null, "a list hands out no addresses");
    assert_eq!(shell.json(&format!("links log {id}")), Vec::<Value>::new());
    let still = shell.fails(&format!("links forget {id}"), 2);
    assert!(still.err.contains("revoke it first."), "{still}");
    let revoked = shell.json(&format!("links revoke {id}")).remove(0);
    assert_eq!(revoked["state"], "revoked");
    shell.ok(&format!("links forget {id}"));
    assert_eq!(shell.json("links list"), Vec::<Value>::new());
    for command in ["show", "log", "revoke", "forget"] {
        shell.fails(&format!("links {command} {id}"), 3);
    }
}

fn a_form_is_told_with_its_fields(shell: &Shell) {
    let line = "links make s3://photos/in/ --post --content-type image/ --max-size 5m";
    let made = shell.json(line).remove(0);
    assert_eq!(
        (&made["method"], &made["prefix"]),
        (&json!("POST"), &json!("in/"))
    );
    assert_eq!(made["max_bytes"], json!(5_242_880));
    let url = made["url"].as_str().unwrap();
    assert!(
        url.ends_with("/photos") || url.ends_with("/photos/"),
        "{url}"
    );
    let named = |name: &str| {
        let fields = made["fields"].as_array().unwrap();
        fields.iter().any(|field| field["name"] == name)
    };
    assert!(named("policy") && named("x-amz-signature"), "{made}");
    assert!(made["html"].as_str().unwrap().contains("<form"));
}

fn what_is_wrong_is_told_with_its_exit_code(shell: &Shell) {
    let cases = [
        "links make s3://photos",
        "links make s3://photos/a --get --put",
        "links make s3://photos/a --expires 8d",
        "links make s3://photos/a --expires 0s",
        "links make s3://photos/a --uses 0",
        "links make s3://photos/a --max-size 5m",
        "links make s3://photos/a --put --min-size 5",
        "links make s3://photos/a --put --version-id 1",
        "links make s3://photos/a --post --min-size 2 --max-size 1",
        "links make a",
        "links list --endpoint-url http://127.0.0.1:1",
    ];
    for line in cases {
        shell.fails(line, 2);
    }
    shell.fails("links make s3://photos/a --user eve", 3);
    assert_eq!(shell.json("links list"), Vec::<Value>::new());
}

#[test]
fn a_link_opens_as_often_as_it_may_and_its_log_tells() {
    let shell = Shell::served();
    shell.ok("mb photos");
    shell.file("a", "hello");
    shell.ok("cp a s3://photos/a");
    let made = shell.json("links make s3://photos/a --uses 2").remove(0);
    let (id, url) = (made["id"].as_str().unwrap(), made["url"].as_str().unwrap());
    assert_eq!(made["served"], json!(true));
    for _ in 0..2 {
        assert_eq!(request("GET", url, ""), (200, "hello".to_owned()));
    }
    assert_eq!(request("GET", url, "").0, 403);
    let outcomes: Vec<Value> = shell
        .json(&format!("links log {id}"))
        .into_iter()
        .map(|mut visit| visit["outcome"].take())
        .collect();
    assert_eq!(outcomes, ["used-up", "used", "used"]);
    assert_eq!(shell.json("links list")[0]["state"], "used-up");
}

#[test]
fn a_revoked_link_is_refused_at_once() {
    let shell = Shell::served();
    shell.ok("mb photos");
    let made = shell.json("links make s3://photos/up --put").remove(0);
    let (id, url) = (made["id"].as_str().unwrap(), made["url"].as_str().unwrap());
    assert_eq!(request("PUT", url, "by a link").0, 200);
    assert_eq!(shell.ok("cat s3://photos/up"), "by a link");
    shell.ok(&format!("links revoke {id}"));
    assert_eq!(request("PUT", url, "too late").0, 403);
    assert_eq!(shell.ok("cat s3://photos/up"), "by a link");
    let log = shell.json(&format!("links log {id}"));
    assert_eq!(
        (&log[0]["outcome"], &log[1]["outcome"]),
        (&json!("revoked"), &json!("used"))
    );
    assert_eq!(log[0]["source_ip"], "127.0.0.1");
}
