//! Access control lists between S3's forms and the model: canned by name, granted by headers, or written out
//! in a document.

use std::collections::BTreeSet;

use hyper::HeaderMap;
use s3s::{S3Error, S3Result, dto, s3_error};
use stave_model::{Acl, CannedAcl, Grant, Grantee, ObjectOwnership, Permission, UserName};

use super::access::Ground;
use super::errors::malformed_xml;
use super::headers::text;

/// S3 takes at most so many grants.
const GRANTS_MAX: usize = 100;

const CANNED: &str = "x-amz-acl";

/// The headers that grant, and what they grant.
const GRANTS: [(&str, Permission); 5] = [
    ("x-amz-grant-read", Permission::Read),
    ("x-amz-grant-write", Permission::Write),
    ("x-amz-grant-read-acp", Permission::ReadAcp),
    ("x-amz-grant-write-acp", Permission::WriteAcp),
    ("x-amz-grant-full-control", Permission::FullControl),
];

/// A list as a request asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// By its name.
    Canned(CannedAcl),
    /// Grant by grant.
    Written(Acl),
}

impl Asked {
    /// Reads what the headers ask for; `None` where they ask for nothing.
    pub(super) fn of_headers(headers: &HeaderMap) -> S3Result<Option<Self>> {
        let canned = text(headers, CANNED)?.map(parse_canned).transpose()?;
        let mut grants = Vec::new();
        for (name, permission) in GRANTS {
            let Some(value) = text(headers, name)? else {
                continue;
            };
            for grantee in parse_grantees(value)? {
                grants.push(Grant {
                    grantee,
                    permission,
                });
            }
        }
        match (canned, grants.is_empty()) {
            (None, true) => Ok(None),
            (Some(canned), true) => Ok(Some(Self::Canned(canned))),
            (None, false) => Ok(Some(Self::Written(bounded(grants)?))),
            (Some(_), false) => Err(s3_error!(
                InvalidRequest,
                "Specifying both Canned ACLs and Header Grants is not allowed"
            )),
        }
    }

    /// Reads a document about something of `owner`.
    pub(super) fn of_document(
        document: dto::AccessControlPolicy,
        owner: &UserName,
    ) -> S3Result<Self> {
        let named = document.owner.and_then(|owner| owner.id);
        if named.is_some_and(|id| id != owner.as_str()) {
            // A list does not give things to another owner.
            return Err(super::access::denied());
        }
        let grants = document.grants.ok_or_else(malformed_acl)?;
        let grants = grants.into_iter().map(parse_grant);
        Ok(Self::Written(bounded(grants.collect::<S3Result<_>>()?)?))
    }

    /// Writes the list out for something of `owner`; `None` is the private one.
    pub(super) fn written_out(self, owner: &UserName, bucket_owner: &UserName) -> Option<Acl> {
        let acl = match self {
            Self::Canned(canned) => canned.written_out(owner, bucket_owner),
            Self::Written(acl) => acl,
        };
        (acl != Acl::private(owner)).then_some(acl)
    }

    /// Returns the users whom the list names.
    pub(super) fn users(&self) -> BTreeSet<&UserName> {
        let grants = match self {
            Self::Canned(_) => &[],
            Self::Written(acl) => acl.grants.as_slice(),
        };
        let users = grants.iter().filter_map(|grant| match &grant.grantee {
            Grantee::User(user) => Some(user),
            Grantee::AllUsers | Grantee::AuthenticatedUsers | Grantee::LogDelivery => None,
        });
        users.collect()
    }

    /// Returns whether it gives the bucket's owner everything.
    fn gives_all_to(&self, bucket_owner: &UserName) -> bool {
        match self {
            Self::Canned(canned) => *canned == CannedAcl::BucketOwnerFullControl,
            Self::Written(acl) => *acl == Acl::private(bucket_owner),
        }
    }

    /// Returns whether it changes nothing where lists are off.
    pub(super) fn says_nothing_new(&self, bucket_owner: &UserName) -> bool {
        *self == Self::Canned(CannedAcl::Private) || self.gives_all_to(bucket_owner)
    }
}

/// Whose a new object is, and its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Belongs {
    pub(super) owner: UserName,
    pub(super) acl: Option<Acl>,
}

impl Belongs {
    /// Decides whose an object is that `writer` puts on a ground.
    pub(super) fn decide(
        writer: UserName,
        ground: &Ground,
        asked: Option<Asked>,
    ) -> S3Result<Self> {
        let bucket_owner = &ground.bucket.owner;
        let gives_all = |asked: &Asked| asked.gives_all_to(bucket_owner);
        let owner = match ground.ownership {
            ObjectOwnership::BucketOwnerEnforced => {
                let new = asked.is_some_and(|asked| !asked.says_nothing_new(bucket_owner));
                let (owner, acl) = (bucket_owner.clone(), None);
                return if new {
                    Err(lists_are_off())
                } else {
                    Ok(Self { owner, acl })
                };
            }
            ObjectOwnership::BucketOwnerPreferred if asked.as_ref().is_some_and(gives_all) => {
                bucket_owner.clone()
            }
            ObjectOwnership::BucketOwnerPreferred | ObjectOwnership::ObjectWriter => writer,
        };
        let acl = asked.and_then(|asked| asked.written_out(&owner, bucket_owner));
        Ok(Self { owner, acl })
    }
}

/// S3's refusal of lists where the bucket's owner owns everything.
pub(super) fn lists_are_off() -> S3Error {
    s3_error!(
        AccessControlListNotSupported,
        "The bucket does not allow ACLs"
    )
}

fn parse_canned(name: &str) -> S3Result<CannedAcl> {
    CannedAcl::parse(name)
        .ok_or_else(|| s3_error!(InvalidArgument, "The canned ACL {name} is not one of S3's."))
}

/// Parses `id="…", uri="…", emailAddress="…"`; the quotes may be left out.
fn parse_grantees(value: &str) -> S3Result<Vec<Grantee>> {
    let malformed = || s3_error!(InvalidArgument, "Argument format not recognized");
    let mut rest = value.trim();
    let mut grantees = Vec::new();
    while !rest.is_empty() {
        let (kind, behind) = rest.split_once('=').ok_or_else(malformed)?;
        let behind = behind.trim_start();
        let (name, behind) = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(malformed)?,
            None => behind.split_at(behind.find(',').unwrap_or(behind.len())),
        };
        grantees.push(parse_grantee(kind.trim(), name.trim())?);
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(next) => next.trim_start(),
            None if behind.is_empty() => behind,
            None => return Err(malformed()),
        };
    }
    Ok(grantees)
}

fn parse_grantee(kind: &str, name: &str) -> S3Result<Grantee> {
    match kind {
        "id" => UserName::parse(name)
            .map(Grantee::User)
            .map_err(|_| no_such_id()),
        "uri" => {
            Grantee::parse_uri(name).ok_or_else(|| s3_error!(InvalidArgument, "Invalid group uri"))
        }
        "emailAddress" => Err(no_such_address()),
        _ => Err(s3_error!(InvalidArgument, "Argument format not recognized")),
    }
}

/// S3's refusal of a grantee who does not exist.
pub(super) fn no_such_id() -> S3Error {
    s3_error!(InvalidArgument, "Invalid id")
}

/// Users of a vault have no addresses.
fn no_such_address() -> S3Error {
    s3_error!(
        UnresolvableGrantByEmailAddress,
        "The e-mail address you provided does not match any account on record."
    )
}

fn malformed_acl() -> S3Error {
    s3_error!(
        MalformedACLError,
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
}

fn bounded(grants: Vec<Grant>) -> S3Result<Acl> {
    let fits = grants.len() <= GRANTS_MAX;
    fits.then_some(Acl { grants }).ok_or_else(malformed_acl)
}

fn parse_grant(grant: dto::Grant) -> S3Result<Grant> {
    let permission = grant.permission.ok_or_else(malformed_acl)?;
    let permission = Permission::parse(permission.as_str()).ok_or_else(malformed_acl)?;
    let grantee = grant.grantee.ok_or_else(malformed_acl)?;
    Ok(Grant {
        grantee: grantee_of(&grantee)?,
        permission,
    })
}

/// Reads a grantee from a document.
pub(super) fn grantee_of(grantee: &dto::Grantee) -> S3Result<Grantee> {
    let (kind, name) = match (&grantee.id, &grantee.uri, &grantee.email_address) {
        (Some(id), None, None) => ("id", id),
        (None, Some(uri), None) => ("uri", uri),
        (None, None, Some(address)) => ("emailAddress", address),
        _ => return Err(malformed_xml()),
    };
    parse_grantee(kind, name)
}

/// Writes a list as documents do: what everyone may first. To S3 the order of grants means nothing.
pub(super) fn told_grants(acl: &Acl) -> dto::Grants {
    let told = |grant: &&Grant| dto::Grant {
        grantee: Some(told_grantee(&grant.grantee)),
        permission: Some(dto::Permission::from_static(grant.permission.as_str())),
    };
    let is_group = |grant: &&Grant| grant.grantee.uri().is_some();
    let (groups, users): (Vec<_>, Vec<_>) = acl.grants.iter().partition(is_group);
    groups.iter().chain(&users).map(told).collect()
}

/// Writes a grantee as documents do.
pub(super) fn told_grantee(grantee: &Grantee) -> dto::Grantee {
    let (kind, name) = match grantee {
        Grantee::User(user) => (dto::Type::CANONICAL_USER, Some(user.as_str().to_owned())),
        Grantee::AllUsers | Grantee::AuthenticatedUsers | Grantee::LogDelivery => {
            (dto::Type::GROUP, None)
        }
    };
    dto::Grantee {
        display_name: name.clone(),
        email_address: None,
        id: name,
        type_: dto::Type::from_static(kind),
        uri: grantee.uri().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::{HeaderName, HeaderValue};
    use stave_model::{Bucket, BucketName, Timestamp, Versioning};

    fn user(name: &str) -> UserName {
        UserName::parse(name).unwrap()
    }

    fn asked(pairs: &[(&'static str, &'static str)]) -> Result<Option<Asked>, String> {
        let pairs = pairs.iter();
        let headers = pairs
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect();
        Asked::of_headers(&headers).map_err(|error| error.code().as_str().to_owned())
    }

    fn ground(ownership: ObjectOwnership) -> Ground {
        let bucket = Bucket {
            name: BucketName::parse("photos").unwrap(),
            created: Timestamp::from_millis(0),
            owner: user("ann"),
            versioning: Versioning::Off,
            usage: None,
        };
        Ground { bucket, ownership }
    }

    #[test]
    fn headers_grant_to_users_and_groups() {
        let read = asked(&[(
            "x-amz-grant-read",
            "id=\"bob\", uri=http://acs.amazonaws.com/groups/global/AllUsers,id=eve",
        )]);
        let Ok(Some(Asked::Written(acl))) = read else {
            panic!("not a list: {read:?}");
        };
        let grantees: Vec<_> = acl.grants.into_iter().map(|g| g.grantee).collect();
        let expected = [
            Grantee::User(user("bob")),
            Grantee::AllUsers,
            Grantee::User(user("eve")),
        ];
        assert_eq!(grantees, expected);
        assert_eq!(asked(&[]), Ok(None));
    }

    #[test]
    fn what_is_no_list_is_refused_by_its_code() {
        let refused = |pairs: &[_], code: &str| assert_eq!(asked(pairs), Err(code.to_owned()));
        refused(&[("x-amz-acl", "public")], "InvalidArgument");
        refused(&[("x-amz-grant-read", "bob")], "InvalidArgument");
        refused(&[("x-amz-grant-read", "id=\"bob")], "InvalidArgument");
        refused(
            &[("x-amz-grant-read", "id=\"bob\" id=eve")],
            "InvalidArgument",
        );
        refused(
            &[("x-amz-grant-read", "uri=http://everyone")],
            "InvalidArgument",
        );
        let address = ("x-amz-grant-read", "emailAddress=\"bob@example.com\"");
        refused(&[address], "UnresolvableGrantByEmailAddress");
        let both = [("x-amz-acl", "private"), ("x-amz-grant-read", "id=bob")];
        refused(&both, "InvalidRequest");
    }

    #[track_caller]
    fn is_whose(
        ownership: ObjectOwnership,
        canned: Option<CannedAcl>,
        expected: Result<&str, &str>,
    ) {
        let asked = canned.map(Asked::Canned);
        let belongs = Belongs::decide(user("bob"), &ground(ownership), asked);
        let got = belongs.map_err(|e| e.code().as_str().to_owned());
        let got = got
            .as_ref()
            .map(|b| b.owner.as_str())
            .map_err(String::as_str);
        assert_eq!(got, expected, "{ownership:?} {canned:?}");
    }

    #[test]
    fn the_setting_of_the_bucket_decides_whose_an_object_is() {
        use ObjectOwnership::{BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter};
        let full = Some(CannedAcl::BucketOwnerFullControl);
        is_whose(BucketOwnerEnforced, None, Ok("ann"));
        is_whose(BucketOwnerEnforced, full, Ok("ann"));
        is_whose(BucketOwnerEnforced, Some(CannedAcl::Private), Ok("ann"));
        let public = Some(CannedAcl::PublicRead);
        is_whose(
            BucketOwnerEnforced,
            public,
            Err("AccessControlListNotSupported"),
        );
        is_whose(BucketOwnerPreferred, None, Ok("bob"));
        is_whose(BucketOwnerPreferred, full, Ok("ann"));
        is_whose(ObjectWriter, full, Ok("bob"));
        is_whose(ObjectWriter, public, Ok("bob"));
    }
}
