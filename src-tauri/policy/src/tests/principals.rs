//! Whom a policy of a resource means.

use super::{ALLOWED, DENIED, FOR_ACCOUNT, SILENT, ana, decide, of_resource};
use crate::{Context, Principal, Request, Verdict};

fn verdict(effect: &str, whom: &str, principal: &Principal) -> Verdict {
    let policy = of_resource(&format!(
        r#"{{"Statement":{{"Effect":"{effect}",{whom},"Action":"*","Resource":"*"}}}}"#
    ));
    let request = Request::new(principal.clone(), "kms:Decrypt", "*", Context::new());
    decide(&policy, &request.with_canonical_user("c0ffee"))
}

fn root() -> Principal {
    let account = "000000000000".to_owned();
    Principal::Root { account }
}

fn user(arn: &str) -> Principal {
    let account = arn.split(':').nth(4).unwrap().to_owned();
    let arn = arn.to_owned();
    Principal::User { arn, account }
}

#[test]
fn whom_a_principal_means() {
    let ben = user("arn:aws:iam::000000000000:user/ben");
    let stranger = user("arn:aws:iam::111111111111:user/ana");
    let service = Principal::Service("logs.amazonaws.com".to_owned());
    let session = user("arn:aws:sts::000000000000:assumed-role/work/today");
    let nobody = Principal::Anonymous;
    let account = r#""Principal":{"AWS":"000000000000"}"#;
    let root_arn = r#""Principal":{"AWS":"arn:aws:iam::000000000000:root"}"#;
    let named = r#""Principal":{"AWS":"arn:aws:iam::000000000000:user/ana"}"#;
    let role = r#""Principal":{"AWS":"arn:aws:iam::000000000000:role/a/work"}"#;
    let of_service = r#""Principal":{"Service":"logs.amazonaws.com"}"#;
    for (whom, principal, expected) in [
        (r#""Principal":"*""#, &nobody, ALLOWED),
        (r#""Principal":{"AWS":"*"}"#, &nobody, ALLOWED),
        (r#""Principal":{"AWS":"*"}"#, &service, ALLOWED),
        (account, &root(), ALLOWED),
        (account, &ana(), FOR_ACCOUNT),
        (account, &stranger, SILENT),
        (account, &nobody, SILENT),
        (account, &service, SILENT),
        (root_arn, &root(), ALLOWED),
        (root_arn, &ben, FOR_ACCOUNT),
        (named, &ana(), ALLOWED),
        (named, &ben, SILENT),
        (named, &root(), SILENT),
        (named, &stranger, SILENT),
        (role, &session, ALLOWED),
        (
            role,
            &user("arn:aws:sts::000000000000:assumed-role/a/today"),
            SILENT,
        ),
        (
            role,
            &user("arn:aws:sts::111111111111:assumed-role/work/today"),
            SILENT,
        ),
        (of_service, &service, ALLOWED),
        (of_service, &ana(), SILENT),
    ] {
        assert_eq!(
            verdict("Allow", whom, principal),
            expected,
            "{whom} {principal:?}"
        );
    }
}

#[test]
fn a_principal_by_its_canonical_id_by_another_provider_or_among_others() {
    let user = r#""arn:aws:iam::000000000000:user/ana""#;
    for (principal, expected) in [
        (r#""CanonicalUser":"c0ffee""#.to_owned(), ALLOWED),
        (r#""CanonicalUser":"c0ff""#.to_owned(), SILENT),
        (r#""Federated":"accounts.google.com""#.to_owned(), SILENT),
        (r#""AWS":"AIDACKCEVSQ6C2EXAMPLE""#.to_owned(), SILENT),
        (format!(r#""AWS":["111111111111",{user}]"#), ALLOWED),
        (format!(r#""AWS":["000000000000",{user}]"#), ALLOWED),
        (format!(r#""Service":"a.b","AWS":{user}"#), ALLOWED),
    ] {
        let whom = format!(r#""Principal":{{{principal}}}"#);
        assert_eq!(verdict("Allow", &whom, &ana()), expected, "{whom}");
    }
}

#[test]
fn a_denial_of_an_account_is_one_of_its_users() {
    let account = r#""Principal":{"AWS":"000000000000"}"#;
    assert_eq!(verdict("Deny", account, &ana()), DENIED);
    assert_eq!(verdict("Deny", account, &root()), DENIED);
    assert_eq!(verdict("Deny", account, &Principal::Anonymous), SILENT);
}

#[test]
fn all_but_the_principals_that_are_named() {
    let but_ana = r#""NotPrincipal":{"AWS":"arn:aws:iam::000000000000:user/ana"}"#;
    assert_eq!(verdict("Deny", but_ana, &ana()), SILENT);
    assert_eq!(verdict("Deny", but_ana, &root()), DENIED);
    assert_eq!(verdict("Deny", but_ana, &Principal::Anonymous), DENIED);
    // Naming the account excepts its root alone.
    let but_root = r#""NotPrincipal":{"AWS":"000000000000"}"#;
    assert_eq!(verdict("Deny", but_root, &root()), SILENT);
    assert_eq!(verdict("Deny", but_root, &ana()), DENIED);
}

#[test]
fn a_statement_for_the_user_counts_before_one_for_the_account() {
    let policy = of_resource(
        r#"{"Statement":[
            {"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"*","Resource":"*"},
            {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/ana"},"Action":"kms:Decrypt","Resource":"*"}]}"#,
    );
    let ask = |action| Request::new(ana(), action, "*", Context::new());
    let second = Verdict::Allowed {
        policy: 0,
        statement: 1,
    };
    assert_eq!(decide(&policy, &ask("kms:Decrypt")), second);
    assert_eq!(decide(&policy, &ask("kms:Encrypt")), FOR_ACCOUNT);
}
