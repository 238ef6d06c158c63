//! Conditions on keys that a request does not have, or has a set of.

use super::conditions::check;

#[test]
fn a_key_that_is_absent() {
    check(&[
        ("StringEquals", r#""x""#, &[], false),
        ("StringNotEquals", r#""x""#, &[], true),
        ("StringNotLike", r#""x""#, &[], true),
        ("NotIpAddress", r#""10.0.0.0/8""#, &[], true),
        ("NumericLessThan", "1", &[], false),
        ("NumericNotEquals", "1", &[], true),
        ("StringEqualsIfExists", r#""x""#, &[], true),
        ("StringEqualsIfExists", r#""x""#, &["x"], true),
        ("StringEqualsIfExists", r#""x""#, &["y"], false),
        ("BoolIfExists", r#""true""#, &[], true),
        ("Null", r#""true""#, &[], true),
        ("Null", "false", &[], false),
        ("Null", "true", &["x"], false),
        ("Null", r#""False""#, &["x"], true),
    ]);
}

#[test]
fn sets() {
    check(&[
        ("ForAllValues:StringEquals", r#"["x","y"]"#, &["x"], true),
        (
            "ForAllValues:StringEquals",
            r#"["x","y"]"#,
            &["x", "y"],
            true,
        ),
        (
            "ForAllValues:StringEquals",
            r#"["x","y"]"#,
            &["x", "z"],
            false,
        ),
        ("ForAllValues:StringEquals", r#""x""#, &[], true),
        (
            "ForAllValues:StringNotEquals",
            r#"["x","y"]"#,
            &["z", "w"],
            true,
        ),
        (
            "ForAllValues:StringNotEquals",
            r#"["x","y"]"#,
            &["z", "x"],
            false,
        ),
        (
            "ForAnyValue:StringEquals",
            r#"["x","y"]"#,
            &["z", "y"],
            true,
        ),
        ("ForAnyValue:StringEquals", r#"["x","y"]"#, &["z"], false),
        ("ForAnyValue:StringEquals", r#""x""#, &[], false),
        ("ForAnyValue:StringNotEquals", r#""x""#, &["x", "y"], true),
        ("ForAnyValue:StringNotEquals", r#""x""#, &["x"], false),
        ("ForAnyValue:StringNotEquals", r#""x""#, &[], false),
        ("ForAnyValue:StringLikeIfExists", r#""x*""#, &[], true),
        ("ForAnyValue:StringLikeIfExists", r#""x*""#, &["y"], false),
        (
            "forallvalues:arnlike",
            r#""arn:a:b:c:d:*""#,
            &["arn:a:b:c:d:1", "arn:a:b:c:d:2"],
            true,
        ),
        // Without a quantifier one value has to be wanted, and none may be unwanted.
        ("StringEquals", r#""x""#, &["y", "x"], true),
        ("StringNotEquals", r#""x""#, &["y", "x"], false),
    ]);
}
