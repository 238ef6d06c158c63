//! Rules that hold for all policies, tried on many.

use proptest::prelude::*;

use super::{ana, of_resource};
use crate::pattern::{Token, covers, wild};
use crate::{Context, Principal, Request, Verdict, evaluate, explain};

/// Says by its definition whether a pattern covers a text; exponential, and so for short ones.
fn covers_slowly(pattern: &[Token], text: &[char]) -> bool {
    let inside = |c: &char| *c != ':';
    match (pattern.split_first(), text.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((Token::Any | Token::AnyInSegment, rest)), None) => covers_slowly(rest, text),
        (Some((_, _)), None) => false,
        (Some((token, rest)), Some((c, following))) => match token {
            Token::Char(own) => own == c && covers_slowly(rest, following),
            Token::One => covers_slowly(rest, following),
            Token::OneInSegment => inside(c) && covers_slowly(rest, following),
            Token::Any => covers_slowly(rest, text) || covers_slowly(pattern, following),
            Token::AnyInSegment => {
                covers_slowly(rest, text) || (inside(c) && covers_slowly(pattern, following))
            }
        },
    }
}

fn token() -> impl Strategy<Value = Token> {
    prop_oneof![
        prop_oneof![Just('a'), Just('b'), Just(':')].prop_map(Token::Char),
        Just(Token::One),
        Just(Token::Any),
        Just(Token::OneInSegment),
        Just(Token::AnyInSegment),
    ]
}

/// A value of JSON for an element: one text or a list.
fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = serde_json::Value> {
    let list = prop::collection::vec(prop::sample::select(values), 1..4);
    list.prop_map(|list| match list.as_slice() {
        [one] => (*one).into(),
        more => more.to_vec().into(),
    })
}

fn principal() -> impl Strategy<Value = serde_json::Value> {
    let aws = some_of(&[
        "*",
        "000000000000",
        "arn:aws:iam::000000000000:user/ana",
        "111111111111",
    ]);
    prop_oneof![
        Just(serde_json::Value::from("*")),
        aws.prop_map(|aws| serde_json::json!({ "AWS": aws })),
        Just(serde_json::json!({ "Service": "logs.amazonaws.com" })),
    ]
}

fn conditions() -> impl Strategy<Value = serde_json::Value> {
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringNotEquals",
        "StringLikeIfExists",
        "ForAllValues:StringEquals",
        "ForAnyValue:StringNotLike",
        "ArnLike",
    ]);
    let block = (
        operator,
        some_of(&["x", "y*", "${aws:username}", "arn:a:b:c:d:*"]),
    );
    prop::collection::vec(block, 0..3).prop_map(|blocks| {
        let block = |(operator, values): (&str, _)| {
            (operator.to_owned(), serde_json::json!({ "a:b": values }))
        };
        serde_json::Value::Object(blocks.into_iter().map(block).collect())
    })
}

prop_compose! {
    fn statement()(
        allows in any::<bool>(),
        principal in principal(),
        but in any::<[bool; 3]>(),
        action in some_of(&["*", "s3:*", "s3:Get*", "s3:putobject", "kms:Decrypt"]),
        resource in some_of(&["*", "arn:aws:s3:::box/*", "arn:aws:s3:::${aws:username}", "arn:aws:*"]),
        conditions in conditions(),
    ) -> serde_json::Value {
        let name = |name: &str, not: bool| if not { format!("Not{name}") } else { name.to_owned() };
        serde_json::json!({
            "Effect": if allows { "Allow" } else { "Deny" },
            name("Principal", but[0]): principal,
            name("Action", but[1]): action,
            name("Resource", but[2]): resource,
            "Condition": conditions,
        })
    }
}

fn policy() -> impl Strategy<Value = serde_json::Value> {
    let statements = prop::collection::vec(statement(), 1..5);
    statements.prop_map(|all| serde_json::json!({ "Version": "2012-10-17", "Statement": all }))
}

prop_compose! {
    fn request()(
        who in prop::sample::select(vec![
            ana(),
            Principal::Root { account: "000000000000".to_owned() },
            Principal::Service("logs.amazonaws.com".to_owned()),
            Principal::Anonymous,
        ]),
        action in prop::sample::select(vec!["s3:GetObject", "s3:PutObject", "kms:Decrypt"]),
        resource in prop::sample::select(vec!["*", "arn:aws:s3:::box/a", "arn:aws:s3:::ana", "arn:aws:s3:::box"]),
        values in prop::collection::vec(prop::sample::select(vec!["x", "yy", "ana", "arn:a:b:c:d:e"]), 0..3),
    ) -> Request {
        let mut context = Context::new().with("aws:username", "ana");
        for value in values {
            context.add("a:b", value);
        }
        Request::new(who, action, resource, context)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_pattern_covers_what_its_definition_says(
        pattern in prop::collection::vec(token(), 0..8),
        text in "[ab:]{0,8}",
    ) {
        let chars: Vec<char> = text.chars().collect();
        prop_assert_eq!(covers(&pattern, &text), covers_slowly(&pattern, &chars));
    }

    #[test]
    fn a_text_without_wildcards_covers_itself_alone(one in "[a-c]{0,4}", other in "[a-c]{0,4}") {
        prop_assert_eq!(covers(&wild(&one), &other), one == other);
    }

    #[test]
    fn what_is_written_is_read_as_the_same(json in policy()) {
        let policy = of_resource(&json.to_string());
        let written = policy.to_json();
        prop_assert_eq!(&of_resource(&written), &policy);
        prop_assert_eq!(&of_resource(&policy.to_pretty_json()), &policy);
        prop_assert_eq!(of_resource(&written).to_json(), written);
    }

    #[test]
    fn a_denial_never_loses(first in policy(), second in policy(), request in request()) {
        let (first, second) = (of_resource(&first.to_string()), of_resource(&second.to_string()));
        let denied = |verdict| matches!(verdict, Verdict::Denied { .. });
        let alone = denied(evaluate(&[&first], &request)) || denied(evaluate(&[&second], &request));
        prop_assert_eq!(denied(evaluate(&[&first, &second], &request)), alone);
        prop_assert_eq!(denied(evaluate(&[&second, &first], &request)), alone);
    }

    #[test]
    fn an_explanation_agrees_with_the_verdict(json in policy(), request in request()) {
        let policy = of_resource(&json.to_string());
        let explanation = explain(&[&policy], &request);
        prop_assert_eq!(explanation.verdict, evaluate(&[&policy], &request));
        let matches = explanation.statements.iter().any(|one| one.misses.is_empty());
        prop_assert_eq!(matches, explanation.verdict != Verdict::Silent);
    }

    #[test]
    fn no_text_at_all_makes_the_reader_panic(text in "\\PC*") {
        let _ = crate::Policy::parse(&text, crate::Kind::Resource);
    }
}
