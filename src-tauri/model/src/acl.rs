//! Access control lists: who may do what with a bucket or an object, beside its owner's own bucket.

use crate::UserName;

/// What a grant allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Everything below.
    FullControl,
    /// Of a bucket: listing. Of an object: reading it and its metadata.
    Read,
    /// Of a bucket: writing and deleting objects. Of an object: nothing.
    Write,
    /// Reading the list.
    ReadAcp,
    /// Writing the list.
    WriteAcp,
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::FullControl,
        Self::Read,
        Self::Write,
        Self::ReadAcp,
        Self::WriteAcp,
    ];

    /// Returns S3's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FullControl => "FULL_CONTROL",
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::ReadAcp => "READ_ACP",
            Self::WriteAcp => "WRITE_ACP",
        }
    }

    /// Parses S3's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// Whom a grant allows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grantee {
    /// One user.
    User(UserName),
    /// Everyone, signed or not.
    AllUsers,
    /// Everyone who signs.
    AuthenticatedUsers,
    /// What delivers access logs.
    LogDelivery,
}

impl Grantee {
    /// The groups.
    pub const GROUPS: [Self; 3] = [Self::AllUsers, Self::AuthenticatedUsers, Self::LogDelivery];

    /// Returns the URI of a group; `None` for a user.
    pub fn uri(&self) -> Option<&'static str> {
        match self {
            Self::User(_) => None,
            Self::AllUsers => Some("http://acs.amazonaws.com/groups/global/AllUsers"),
            Self::AuthenticatedUsers => {
                Some("http://acs.amazonaws.com/groups/global/AuthenticatedUsers")
            }
            Self::LogDelivery => Some("http://acs.amazonaws.com/groups/s3/LogDelivery"),
        }
    }

    /// Parses the URI of a group.
    pub fn parse_uri(uri: &str) -> Option<Self> {
        Self::GROUPS.into_iter().find(|one| one.uri() == Some(uri))
    }

    /// Returns whether it is everyone, or everyone who signs.
    fn is_public(&self) -> bool {
        matches!(self, Self::AllUsers | Self::AuthenticatedUsers)
    }

    /// Returns whether `caller` is meant; `None` is a caller who did not sign.
    fn means(&self, caller: Option<&UserName>) -> bool {
        match self {
            Self::User(user) => caller == Some(user),
            Self::AllUsers => true,
            Self::AuthenticatedUsers => caller.is_some(),
            Self::LogDelivery => false,
        }
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who.
    pub grantee: Grantee,
    /// What.
    pub permission: Permission,
}

/// A list of grants; at most 100. The owner stands beside it, on the bucket or the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acl {
    /// The grants, in the order in which they were given.
    pub grants: Vec<Grant>,
}

impl Acl {
    /// Returns what it gives to others than the public.
    #[must_use]
    pub fn without_public(self) -> Self {
        let grants = self.grants.into_iter();
        Self {
            grants: grants.filter(|grant| !grant.grantee.is_public()).collect(),
        }
    }

    /// Makes the list that gives `owner` everything and nobody else anything.
    pub fn private(owner: &UserName) -> Self {
        let grantee = Grantee::User(owner.clone());
        let permission = Permission::FullControl;
        Self {
            grants: vec![Grant {
                grantee,
                permission,
            }],
        }
    }

    /// Returns whether the list allows `caller` what `wanted` says; `None` is a caller who did not sign.
    pub fn allows(&self, caller: Option<&UserName>, wanted: Permission) -> bool {
        let gives = |given| given == wanted || given == Permission::FullControl;
        self.grants
            .iter()
            .any(|grant| gives(grant.permission) && grant.grantee.means(caller))
    }

    /// Returns whether a grant is for more than single users.
    pub fn is_public(&self) -> bool {
        self.grants.iter().any(|grant| grant.grantee.is_public())
    }
}

/// A list that S3 has a name for.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannedAcl {
    /// The owner alone.
    Private,
    /// Everyone reads.
    PublicRead,
    /// Everyone reads and writes.
    PublicReadWrite,
    /// Everyone who signs reads.
    AuthenticatedRead,
    /// The bucket's owner reads.
    BucketOwnerRead,
    /// The bucket's owner may do everything.
    BucketOwnerFullControl,
    /// Access logs may be delivered here.
    LogDeliveryWrite,
}

impl CannedAcl {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Private,
        Self::PublicRead,
        Self::PublicReadWrite,
        Self::AuthenticatedRead,
        Self::BucketOwnerRead,
        Self::BucketOwnerFullControl,
        Self::LogDeliveryWrite,
    ];

    /// Returns S3's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::PublicRead => "public-read",
            Self::PublicReadWrite => "public-read-write",
            Self::AuthenticatedRead => "authenticated-read",
            Self::BucketOwnerRead => "bucket-owner-read",
            Self::BucketOwnerFullControl => "bucket-owner-full-control",
            Self::LogDeliveryWrite => "log-delivery-write",
        }
    }

    /// Parses S3's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Writes the list out for something of `owner` in a bucket of `bucket_owner`.
    pub fn written_out(self, owner: &UserName, bucket_owner: &UserName) -> Acl {
        let mut acl = Acl::private(owner);
        let mut add = |grantee: Grantee, permission| {
            acl.grants.push(Grant {
                grantee,
                permission,
            });
        };
        match self {
            Self::PublicRead => add(Grantee::AllUsers, Permission::Read),
            Self::PublicReadWrite => {
                add(Grantee::AllUsers, Permission::Read);
                add(Grantee::AllUsers, Permission::Write);
            }
            Self::AuthenticatedRead => add(Grantee::AuthenticatedUsers, Permission::Read),
            Self::BucketOwnerRead if owner != bucket_owner => {
                add(Grantee::User(bucket_owner.clone()), Permission::Read);
            }
            Self::BucketOwnerFullControl if owner != bucket_owner => {
                add(Grantee::User(bucket_owner.clone()), Permission::FullControl);
            }
            Self::Private | Self::BucketOwnerRead | Self::BucketOwnerFullControl => {}
            Self::LogDeliveryWrite => {
                add(Grantee::LogDelivery, Permission::Write);
                add(Grantee::LogDelivery, Permission::ReadAcp);
            }
        }
        acl
    }
}

/// Who owns what others write into a bucket, and whether lists count at all.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ObjectOwnership {
    /// The bucket's owner owns everything; lists are off.
    #[default]
    BucketOwnerEnforced,
    /// The bucket's owner owns what is written with `bucket-owner-full-control`.
    BucketOwnerPreferred,
    /// Who writes an object owns it.
    ObjectWriter,
}

impl ObjectOwnership {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::BucketOwnerEnforced,
        Self::BucketOwnerPreferred,
        Self::ObjectWriter,
    ];

    /// Returns S3's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }

    /// Parses S3's name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserName {
        UserName::parse(name).unwrap()
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for one in CannedAcl::ALL {
            assert_eq!(CannedAcl::parse(one.as_str()), Some(one));
        }
        for one in Permission::ALL {
            assert_eq!(Permission::parse(one.as_str()), Some(one));
        }
        for one in ObjectOwnership::ALL {
            assert_eq!(ObjectOwnership::parse(one.as_str()), Some(one));
        }
        for one in Grantee::GROUPS {
            assert_eq!(Grantee::parse_uri(one.uri().unwrap()), Some(one));
        }
        assert_eq!(CannedAcl::parse("public"), None);
    }

    #[test]
    fn a_private_list_is_for_its_owner() {
        let acl = Acl::private(&user("ann"));
        assert!(acl.allows(Some(&user("ann")), Permission::WriteAcp));
        assert!(!acl.allows(Some(&user("bob")), Permission::Read));
        assert!(!acl.allows(None, Permission::Read));
        assert!(!acl.is_public());
    }

    #[test]
    fn groups_are_whom_they_say() {
        let (ann, bob) = (user("ann"), user("bob"));
        let signed = CannedAcl::AuthenticatedRead.written_out(&ann, &ann);
        assert!(signed.allows(Some(&bob), Permission::Read));
        assert!(!signed.allows(None, Permission::Read));
        let public = CannedAcl::PublicReadWrite.written_out(&ann, &ann);
        assert!(public.allows(None, Permission::Write));
        assert!(!public.allows(Some(&bob), Permission::ReadAcp));
        assert!(public.is_public() && signed.is_public());
        let logs = CannedAcl::LogDeliveryWrite.written_out(&ann, &ann);
        assert!(!logs.allows(Some(&bob), Permission::Write));
    }

    #[test]
    fn the_owner_of_the_bucket_is_named_where_it_is_another() {
        let (ann, bob) = (user("ann"), user("bob"));
        let canned = CannedAcl::BucketOwnerFullControl;
        assert_eq!(canned.written_out(&ann, &ann), Acl::private(&ann));
        let acl = canned.written_out(&bob, &ann);
        assert!(acl.allows(Some(&ann), Permission::WriteAcp));
        let acl = CannedAcl::BucketOwnerRead.written_out(&bob, &ann);
        assert!(acl.allows(Some(&ann), Permission::Read));
        assert!(!acl.allows(Some(&ann), Permission::ReadAcp));
    }
}
