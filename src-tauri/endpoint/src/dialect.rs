//! Where S3 servers answer differently, whose answers are given.

use std::fmt;

/// Whose answers are given where Amazon S3 and Ceph's gateway differ. AWS's unless told otherwise; Ceph's are for those whose objects will
/// live on a Ceph cluster, and for suites that are written for it.
///
/// What Ceph's dialect changes: a listing in version 1 tells its prefix without URL encoding; an empty continuation token is none;
/// `allow-unordered=true` is known, and refused beside a delimiter; who does not sign sees an empty list of buckets; a checksum that is
/// malformed is `BadDigest`; a part number beyond the parts is `InvalidPart` (400); an `X-Amz-Expires` out of its range is `AccessDenied` (403); a
/// bucket without a default encryption has none to tell; a wrong customer's key is `InvalidRequest` (400); what a part says of its encryption
/// beside a customer's key is not looked at, and the completion of an upload under such a key demands it; a field that is not in a form is
/// an empty one to its policy; the policy of a bucket may name accounts that are no numbers, which are somebody else's; whoever lists their
/// buckets sees their own alone; a bucket that is made again with another list is refused, where AWS sets the list anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Amazon S3's.
    #[default]
    Aws,
    /// Ceph RADOS Gateway's.
    Ceph,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Aws, Self::Ceph];

    /// Returns its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Ceph => "ceph",
        }
    }

    /// Parses its name on the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
