//! Access control lists, and who owns what others write.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    AccessControlPolicy, BucketCannedAcl, Grant, Grantee, ObjectCannedAcl, ObjectIdentifier,
    ObjectOwnership, Owner, OwnershipControls, OwnershipControlsRule, Permission, Type,
};

use crate::kit::{Served, read, refused, refused_head};
use crate::raw::Raw;

const SHARED: &str = "shared";

/// Serves a vault with ann's bucket `shared` and her object `k` in it, where lists count.
async fn served(acl: BucketCannedAcl) -> (Served, Client, Client) {
    let lists = |options: &mut stave_endpoint::EndpointOptions| {
        options.object_ownership = stave_model::ObjectOwnership::ObjectWriter;
    };
    let served = Served::with(lists).await;
    let (ann, bob) = (served.user("ann").await, served.user("bob").await);
    let create = ann.create_bucket().bucket(SHARED).acl(acl);
    create.send().await.unwrap();
    let put = ann.put_object().bucket(SHARED).key("k");
    let body = ByteStream::from_static(b"ann's");
    put.body(body).send().await.unwrap();
    (served, ann, bob)
}

fn grant(user: &str, permission: Permission) -> Grant {
    let grantee = Grantee::builder().r#type(Type::CanonicalUser).id(user);
    let grantee = grantee.build().unwrap();
    let grant = Grant::builder().grantee(grantee).permission(permission);
    grant.build()
}

fn policy(owner: &str, grants: &[Grant]) -> AccessControlPolicy {
    AccessControlPolicy::builder()
        .owner(Owner::builder().id(owner).build())
        .set_grants(Some(grants.to_vec()))
        .build()
}

/// Writes grants as `whom:what`.
fn written(grants: &[Grant]) -> Vec<String> {
    let whom = |grantee: &Grantee| {
        let group = grantee.uri().and_then(|uri| uri.rsplit('/').next());
        group.or(grantee.id()).unwrap_or_default().to_owned()
    };
    let one = |grant: &Grant| {
        let whom = grant.grantee().map(whom).unwrap_or_default();
        format!("{whom}:{}", grant.permission().unwrap().as_str())
    };
    grants.iter().map(one).collect()
}

async fn of_object(s3: &Client, key: &str) -> Vec<String> {
    let get = s3.get_object_acl().bucket(SHARED).key(key);
    written(get.send().await.unwrap().grants())
}

async fn of_bucket(s3: &Client) -> Vec<String> {
    let get = s3.get_bucket_acl().bucket(SHARED);
    written(get.send().await.unwrap().grants())
}

#[tokio::test]
async fn a_private_bucket_is_its_owners_alone() {
    let (served, ann, bob) = served(BucketCannedAcl::Private).await;
    assert_eq!(of_bucket(&ann).await, ["ann:FULL_CONTROL"]);
    assert_eq!(of_object(&ann, "k").await, ["ann:FULL_CONTROL"]);
    let get = || bob.get_object().bucket(SHARED).key("k").send();
    refused(get().await, 403, "AccessDenied");
    let missing = bob.get_object().bucket(SHARED).key("missing").send();
    refused(missing.await, 403, "AccessDenied");
    let list = bob.list_objects_v2().bucket(SHARED).send();
    refused(list.await, 403, "AccessDenied");
    let acl = bob.get_bucket_acl().bucket(SHARED).send();
    refused(acl.await, 403, "AccessDenied");
    let put = ann.put_object_acl().bucket(SHARED).key("k");
    let public = put.acl(ObjectCannedAcl::AuthenticatedRead);
    public.send().await.unwrap();
    let got = get().await.unwrap();
    assert_eq!(read(got.body).await, b"ann's");
    let unsigned = Raw::new(&served, "GET", "/shared/k").send(&served).await;
    unsigned.is_error(403, "AccessDenied");
}

#[tokio::test]
async fn who_does_not_sign_may_what_everyone_may() {
    let (served, ann, _bob) = served(BucketCannedAcl::PublicRead).await;
    let get = |target: &str| Raw::new(&served, "GET", target);
    let list = get("/shared").send(&served).await;
    assert_eq!(list.status, 200, "{list:?}");
    assert!(list.body.contains("<Key>k</Key>"));
    get("/shared/k")
        .send(&served)
        .await
        .is_error(403, "AccessDenied");
    let missing = get("/shared/missing").send(&served).await;
    missing.is_error(404, "NoSuchKey");
    let nowhere = get("/nowhere/k").send(&served).await;
    nowhere.is_error(404, "NoSuchBucket");
    let set = ann.put_object_acl().bucket(SHARED).key("k");
    let set = set.acl(ObjectCannedAcl::PublicRead);
    set.send().await.unwrap();
    let got = get("/shared/k").send(&served).await;
    assert_eq!((got.status, got.body.as_str()), (200, "ann's"));
    let otherwise = get("/shared/k?response-content-type=text%2Fhtml");
    let otherwise = otherwise.send(&served).await;
    otherwise.is_error(400, "InvalidRequest");
    for (method, target) in [
        ("PUT", "/shared/new"),
        ("DELETE", "/shared/k"),
        ("DELETE", "/shared"),
        ("PUT", "/shared?acl"),
        ("GET", "/shared?acl"),
        ("GET", "/shared/k?acl"),
        ("GET", "/shared/k?tagging"),
        ("GET", "/shared?versioning"),
        ("GET", "/shared?location"),
        ("POST", "/shared/new?uploads"),
        ("PUT", "/of-nobody"),
        ("GET", "/"),
    ] {
        let answer = Raw::new(&served, method, target)
            .body("")
            .send(&served)
            .await;
        answer.is_error(403, "AccessDenied");
    }
}

#[tokio::test]
async fn no_page_of_another_site_gains_by_a_public_bucket() {
    let (served, _ann, _bob) = served(BucketCannedAcl::PublicReadWrite).await;
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for (method, target) in [
            ("GET", "/shared"),
            ("PUT", "/shared/new"),
            ("DELETE", "/shared/k"),
        ] {
            let request = Raw::new(&served, method, target).with(name, value);
            let answer = request.body("").send(&served).await;
            answer.is_error(403, "AccessForbidden");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
    let rebound = Raw::new(&served, "GET", "/shared").replaced("host", "evil.example:9000");
    rebound.send(&served).await.is_error(403, "AccessDenied");
    let follows = Raw::new(&served, "GET", "/shared/k?X-Amz-Signature=0")
        .with("sec-fetch-site", "cross-site")
        .with("sec-fetch-mode", "navigate")
        .with("sec-fetch-dest", "document");
    assert!(follows.send(&served).await.status >= 400);
}

#[tokio::test]
async fn what_looks_signed_is_never_taken_for_unsigned() {
    let (served, _ann, _bob) = served(BucketCannedAcl::PublicReadWrite).await;
    for (target, header) in [
        ("/shared", Some(("authorization", "Bearer x"))),
        ("/shared", Some(("authorization", ""))),
        ("/shared?X-Amz-Signature=0", None),
        ("/shared?X-Amz-Credential=0", None),
    ] {
        let mut request = Raw::new(&served, "GET", target);
        if let Some((name, value)) = header {
            request = request.with(name, value);
        }
        let answer = request.send(&served).await;
        assert!(answer.status >= 400, "{target} {header:?}: {answer:?}");
    }
    let chunked = Raw::new(&served, "PUT", "/shared/new")
        .with("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        .with("x-amz-decoded-content-length", "1")
        .body("1\r\nx\r\n0\r\n\r\n");
    chunked.send(&served).await.is_error(501, "NotImplemented");
}

#[tokio::test]
async fn a_writer_owns_what_they_write_and_the_owner_of_the_bucket_may_delete_it() {
    let (served, ann, bob) = served(BucketCannedAcl::PublicReadWrite).await;
    let put = bob.put_object().bucket(SHARED).key("bobs");
    put.send().await.unwrap();
    let acl = bob.get_object_acl().bucket(SHARED).key("bobs").send();
    assert_eq!(acl.await.unwrap().owner().unwrap().id(), Some("bob"));
    let get = ann.get_object().bucket(SHARED).key("bobs").send();
    refused(get.await, 403, "AccessDenied");
    let admin = served
        .client()
        .get_object()
        .bucket(SHARED)
        .key("bobs")
        .send();
    admin.await.unwrap();
    let put = bob.put_object().bucket(SHARED).key("bobs");
    let put = put.acl(ObjectCannedAcl::BucketOwnerFullControl);
    put.send().await.unwrap();
    let get = ann.get_object().bucket(SHARED).key("bobs").send();
    get.await.unwrap();
    let unsigned = Raw::new(&served, "PUT", "/shared/nobodys").body("x");
    assert_eq!(unsigned.send(&served).await.status, 200);
    for key in ["bobs", "nobodys"] {
        let delete = ann.delete_object().bucket(SHARED).key(key).send();
        delete.await.unwrap();
    }
    let tags = bob.get_object_tagging().bucket(SHARED).key("k").send();
    refused(tags.await, 403, "AccessDenied");
    let version = bob
        .delete_object()
        .bucket(SHARED)
        .key("k")
        .version_id("null");
    refused(version.send().await, 403, "AccessDenied");
}

#[tokio::test]
async fn a_version_among_many_is_not_deleted_by_a_guest() {
    let (_served, _ann, bob) = served(BucketCannedAcl::PublicReadWrite).await;
    let one = |version: Option<&str>| {
        let one = ObjectIdentifier::builder().key("k");
        one.set_version_id(version.map(str::to_owned))
            .build()
            .unwrap()
    };
    let delete = |object: ObjectIdentifier| {
        let delete = aws_sdk_s3::types::Delete::builder().objects(object);
        let delete = delete.build().unwrap();
        bob.delete_objects().bucket(SHARED).delete(delete).send()
    };
    let refused = delete(one(Some("null"))).await.unwrap();
    assert_eq!(refused.errors()[0].code(), Some("AccessDenied"));
    let done = delete(one(None)).await.unwrap();
    assert_eq!(done.deleted()[0].key(), Some("k"));
}

#[tokio::test]
async fn grants_are_given_by_headers_and_documents() {
    let (_served, ann, bob) = served(BucketCannedAcl::Private).await;
    let set = ann.put_object_acl().bucket(SHARED).key("k");
    let both = [
        grant("bob", Permission::ReadAcp),
        grant("ann", Permission::FullControl),
    ];
    let set = set.access_control_policy(policy("ann", &both));
    set.send().await.unwrap();
    assert_eq!(
        of_object(&bob, "k").await,
        ["bob:READ_ACP", "ann:FULL_CONTROL"]
    );
    let get = bob.get_object().bucket(SHARED).key("k").send();
    refused(get.await, 403, "AccessDenied");
    let set = ann.put_bucket_acl().bucket(SHARED);
    let set = set.grant_read("id=\"bob\"").grant_write("id=bob");
    set.send().await.unwrap();
    assert_eq!(of_bucket(&ann).await, ["bob:READ", "bob:WRITE"]);
    let list = bob.list_objects_v2().bucket(SHARED).send();
    assert_eq!(list.await.unwrap().key_count(), Some(1));
    refused_head(bob.head_object().bucket(SHARED).key("k").send().await, 403);
    let put = bob.put_object().bucket(SHARED).key("l");
    let put = put.grant_read("uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"");
    put.send().await.unwrap();
    assert_eq!(of_object(&bob, "l").await, ["AllUsers:READ"]);
    let copy = bob
        .copy_object()
        .bucket(SHARED)
        .key("m")
        .copy_source("shared/k");
    refused(copy.send().await, 403, "AccessDenied");
    let canned = ann.put_bucket_acl().bucket(SHARED);
    canned.acl(BucketCannedAcl::Private).send().await.unwrap();
    assert_eq!(of_bucket(&ann).await, ["ann:FULL_CONTROL"]);
}

#[tokio::test]
async fn a_list_that_cannot_be_is_refused() {
    let (served, ann, _bob) = served(BucketCannedAcl::Private).await;
    let headers = |name: &str, value: &str| {
        let set = Raw::new(&served, "PUT", "/shared?acl").with(name, value);
        set.body("").signed()
    };
    for (name, value, code) in [
        ("x-amz-acl", "public", "InvalidArgument"),
        ("x-amz-grant-read", "id=nobody-here", "InvalidArgument"),
        ("x-amz-grant-read", "id=\"_/_\"", "InvalidArgument"),
        ("x-amz-grant-read", "uri=http://everyone", "InvalidArgument"),
        (
            "x-amz-grant-read",
            "emailAddress=bob@example.com",
            "UnresolvableGrantByEmailAddress",
        ),
        ("x-amz-meta-nothing", "1", "MissingSecurityHeader"),
    ] {
        let answer = headers(name, value).send(&served).await;
        answer.is_error(400, code);
    }
    let both = Raw::new(&served, "PUT", "/shared?acl")
        .with("x-amz-acl", "private")
        .body("<AccessControlPolicy><AccessControlList/></AccessControlPolicy>");
    let both = both.signed().send(&served).await;
    both.is_error(400, "UnexpectedContent");
    let other = ann.put_bucket_acl().bucket(SHARED);
    let other = other.access_control_policy(policy("bob", &[grant("bob", Permission::Read)]));
    refused(other.send().await, 403, "AccessDenied");
    assert_eq!(of_bucket(&ann).await, ["ann:FULL_CONTROL"]);
}

fn controls(ownership: ObjectOwnership) -> OwnershipControls {
    let rule = OwnershipControlsRule::builder().object_ownership(ownership);
    let rule = rule.build().unwrap();
    OwnershipControls::builder().rules(rule).build().unwrap()
}

#[tokio::test]
async fn a_new_bucket_takes_no_lists_unless_its_maker_says_so() {
    let served = Served::empty().await;
    let ann = served.user("ann").await;
    let create = |acl, ownership| {
        let create = ann.create_bucket().bucket(SHARED).acl(acl);
        create.set_object_ownership(ownership).send()
    };
    let public = create(BucketCannedAcl::PublicRead, None).await;
    refused(public, 400, "InvalidBucketAclWithObjectOwnership");
    create(BucketCannedAcl::Private, None).await.unwrap();
    let get = || ann.get_bucket_ownership_controls().bucket(SHARED).send();
    let got = get().await.unwrap();
    let rule = &got.ownership_controls().unwrap().rules()[0];
    assert_eq!(
        rule.object_ownership(),
        &ObjectOwnership::BucketOwnerEnforced
    );
    let acl = |acl| ann.put_bucket_acl().bucket(SHARED).acl(acl).send();
    refused(
        acl(BucketCannedAcl::PublicRead).await,
        400,
        "AccessControlListNotSupported",
    );
    acl(BucketCannedAcl::Private).await.unwrap();
    let put = |acl| ann.put_object().bucket(SHARED).key("k").acl(acl).send();
    let public = put(ObjectCannedAcl::PublicRead).await;
    refused(public, 400, "AccessControlListNotSupported");
    put(ObjectCannedAcl::BucketOwnerFullControl).await.unwrap();
    let delete = ann.delete_bucket_ownership_controls().bucket(SHARED);
    delete.send().await.unwrap();
    refused(get().await, 404, "OwnershipControlsNotFoundError");
    let other = served.user("bob").await;
    let other = other.create_bucket().bucket("bobs-own");
    let other = other.object_ownership(ObjectOwnership::BucketOwnerPreferred);
    other.acl(BucketCannedAcl::PublicRead).send().await.unwrap();
}

#[tokio::test]
async fn lists_are_turned_off_only_where_they_give_nothing_away() {
    let (_served, ann, bob) = served(BucketCannedAcl::PublicReadWrite).await;
    let set = |ownership| {
        let set = ann.put_bucket_ownership_controls().bucket(SHARED);
        set.ownership_controls(controls(ownership)).send()
    };
    let enforced = set(ObjectOwnership::BucketOwnerEnforced).await;
    refused(enforced, 400, "InvalidBucketAclWithObjectOwnership");
    set(ObjectOwnership::BucketOwnerPreferred).await.unwrap();
    let put = bob.put_object().bucket(SHARED).key("given");
    let put = put.acl(ObjectCannedAcl::BucketOwnerFullControl);
    put.send().await.unwrap();
    assert_eq!(of_object(&ann, "given").await, ["ann:FULL_CONTROL"]);
    let private = ann.put_bucket_acl().bucket(SHARED);
    private.acl(BucketCannedAcl::Private).send().await.unwrap();
    let public = ann.put_object_acl().bucket(SHARED).key("k");
    let public = public.acl(ObjectCannedAcl::PublicRead);
    public.send().await.unwrap();
    bob.get_object()
        .bucket(SHARED)
        .key("k")
        .send()
        .await
        .unwrap();
    set(ObjectOwnership::BucketOwnerEnforced).await.unwrap();
    let off = bob.get_object().bucket(SHARED).key("k").send();
    refused(off.await, 403, "AccessDenied");
    assert_eq!(of_object(&ann, "k").await, ["ann:FULL_CONTROL"]);
    refused(
        set(ObjectOwnership::from("Nobody")).await,
        400,
        "MalformedXML",
    );
}

#[tokio::test]
async fn an_upload_is_its_beginners_to_end() {
    let (served, ann, bob) = served(BucketCannedAcl::PublicReadWrite).await;
    let eve = served.user("eve").await;
    let begin = bob.create_multipart_upload().bucket(SHARED).key("m");
    let id = begin.send().await.unwrap().upload_id().unwrap().to_owned();
    let parts = |s3: &Client| {
        let parts = s3.list_parts().bucket(SHARED).key("m");
        parts.upload_id(&id).send()
    };
    refused(parts(&eve).await, 403, "AccessDenied");
    parts(&bob).await.unwrap();
    parts(&ann).await.unwrap();
    let abort = |s3: &Client| {
        let abort = s3.abort_multipart_upload().bucket(SHARED).key("m");
        abort.upload_id(&id).send()
    };
    refused(abort(&eve).await, 403, "AccessDenied");
    abort(&bob).await.unwrap();
}
