//! What is refused of the public whatever lists and policies give it.

/// S3's Block Public Access of a bucket. The default blocks nothing; S3 gives a new bucket all four.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // S3's four switches, by S3's names.
pub struct PublicAccessBlock {
    /// Refuses to set lists that give the public something.
    pub block_acls: bool,
    /// Does not look at what lists give the public.
    pub ignore_acls: bool,
    /// Refuses to set a policy that gives the public something.
    pub block_policy: bool,
    /// Lets a policy that gives the public something count for nobody outside the account.
    pub restrict_buckets: bool,
}
