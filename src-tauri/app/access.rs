//! Who may read an object by its access control list, in one word.

use stave_model::{
    Acl, BucketConfig, BucketConfigKind, BucketName, Grantee, ObjectOwnership, Permission,
    UserName, Version,
};
use stave_store::{Result, Store};

use crate::views::AccessView;

/// Returns who may read a version. Where the bucket's owner owns everything, lists do not count.
pub async fn of_version(
    store: &dyn Store,
    bucket: &BucketName,
    version: &Version,
) -> Result<AccessView> {
    let Some(acl) = &version.acl else {
        return Ok(AccessView::Private);
    };
    let kind = BucketConfigKind::Ownership;
    let ownership = match store.bucket_config(bucket, kind).await? {
        Some(BucketConfig::Ownership(ownership)) => ownership,
        _ => ObjectOwnership::default(),
    };
    Ok(match ownership {
        ObjectOwnership::BucketOwnerEnforced => AccessView::Private,
        ObjectOwnership::BucketOwnerPreferred | ObjectOwnership::ObjectWriter => {
            of_list(acl, &version.owner)
        }
    })
}

fn of_list(acl: &Acl, owner: &UserName) -> AccessView {
    let others = |grantee: &Grantee| matches!(grantee, Grantee::User(user) if user != owner);
    let readers = || {
        acl.grants
            .iter()
            .filter(|grant| matches!(grant.permission, Permission::Read | Permission::FullControl))
            .map(|grant| &grant.grantee)
    };
    if readers().any(|grantee| *grantee == Grantee::AllUsers) {
        AccessView::PublicRead
    } else if readers().any(|grantee| *grantee == Grantee::AuthenticatedUsers) {
        AccessView::SignedRead
    } else if readers().any(others) {
        AccessView::Shared
    } else {
        AccessView::Private
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stave_model::CannedAcl;

    #[test]
    fn a_list_is_told_by_whoever_reads_most_widely() {
        let user = |name| UserName::parse(name).unwrap();
        let (ann, bob) = (user("ann"), user("bob"));
        for (canned, expected) in [
            (CannedAcl::Private, AccessView::Private),
            (CannedAcl::PublicRead, AccessView::PublicRead),
            (CannedAcl::PublicReadWrite, AccessView::PublicRead),
            (CannedAcl::AuthenticatedRead, AccessView::SignedRead),
            (CannedAcl::BucketOwnerRead, AccessView::Shared),
            (CannedAcl::LogDeliveryWrite, AccessView::Private),
        ] {
            let acl = canned.written_out(&ann, &bob);
            assert_eq!(of_list(&acl, &ann), expected, "{canned:?}");
        }
    }
}
