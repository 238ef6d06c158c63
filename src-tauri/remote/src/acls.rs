//! Access control lists: canned where S3 has a name for a list, else grant by grant.

use aws_sdk_s3::types::{
    AccessControlPolicy, Grant as SdkGrant, Grantee as SdkGrantee, ObjectCannedAcl, Owner,
    Permission as SdkPermission, Type,
};
use stave_model::{Acl, CannedAcl, Grant, Grantee, Permission, UserName, VersionId};
use stave_store::{Error, GetObject, ObjectAcl, ObjectRef, Result};

use crate::RemoteStore;
use crate::errors::Asked;
use crate::words::{garbled, owner_name, pinned};

/// A list as the headers of a request that makes something carry it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AclHeaders {
    pub(crate) canned: Option<&'static str>,
    pub(crate) full_control: Option<String>,
    pub(crate) read: Option<String>,
    pub(crate) write: Option<String>,
    pub(crate) read_acp: Option<String>,
    pub(crate) write_acp: Option<String>,
}

/// Writes the headers of a list onto a request that makes an object, which knows no grant to write.
macro_rules! object_acl_headers {
    ($request:expr, $headers:expr) => {
        $request
            .set_acl(
                $headers
                    .canned
                    .map(aws_sdk_s3::types::ObjectCannedAcl::from),
            )
            .set_grant_full_control($headers.full_control.clone())
            .set_grant_read($headers.read.clone())
            .set_grant_read_acp($headers.read_acp.clone())
            .set_grant_write_acp($headers.write_acp.clone())
    };
}
pub(crate) use object_acl_headers;

impl AclHeaders {
    /// Writes a list for something that will be `owner`'s. The private list is no header at all, for
    /// it is what comes without one.
    pub(crate) fn of(acl: Option<&Acl>, owner: &UserName) -> Self {
        let Some(acl) = acl.filter(|acl| **acl != Acl::private(owner)) else {
            return Self::default();
        };
        if let Some(canned) = canned(acl, owner) {
            return Self {
                canned: Some(canned.as_str()),
                ..Self::default()
            };
        }
        Self {
            canned: None,
            full_control: granted(acl, Permission::FullControl),
            read: granted(acl, Permission::Read),
            write: granted(acl, Permission::Write),
            read_acp: granted(acl, Permission::ReadAcp),
            write_acp: granted(acl, Permission::WriteAcp),
        }
    }

    /// Writes a list for an object.
    pub(crate) fn of_object(acl: Option<&Acl>, owner: &UserName) -> Result<Self> {
        let headers = Self::of(acl, owner);
        match headers.write {
            None => Ok(headers),
            Some(_) => Err(Error::InvalidArgument(
                "an object has no grants to write: they are its bucket's",
            )),
        }
    }
}

/// Returns S3's name for a list of something of `owner` in a bucket of the same.
pub(crate) fn canned(acl: &Acl, owner: &UserName) -> Option<CannedAcl> {
    CannedAcl::ALL
        .into_iter()
        .find(|canned| canned.written_out(owner, owner) == *acl)
}

/// Returns those who have a permission, as a header names them.
fn granted(acl: &Acl, permission: Permission) -> Option<String> {
    let with = acl.grants.iter();
    let with = with.filter(|grant| grant.permission == permission);
    let named = with.map(|grant| match (&grant.grantee, grant.grantee.uri()) {
        (Grantee::User(user), _) => format!("id=\"{user}\""),
        (_, uri) => format!("uri=\"{}\"", uri.unwrap_or_default()),
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// Returns a list as a document carries it.
pub(crate) fn policy(acl: &Acl, owner: Option<&Owner>) -> Result<AccessControlPolicy> {
    let grants = acl.grants.iter().map(|grant| {
        let permission = SdkPermission::from(grant.permission.as_str());
        let built = SdkGrant::builder().permission(permission);
        Ok(built.grantee(sdk_grantee(&grant.grantee)?).build())
    });
    Ok(AccessControlPolicy::builder()
        .set_grants(Some(grants.collect::<Result<_>>()?))
        .set_owner(owner.cloned())
        .build())
}

/// Returns whom a grant is for, as a document carries it.
pub(crate) fn sdk_grantee(grantee: &Grantee) -> Result<SdkGrantee> {
    let builder = match grantee {
        Grantee::User(user) => SdkGrantee::builder()
            .r#type(Type::CanonicalUser)
            .id(user.as_str()),
        Grantee::AllUsers | Grantee::AuthenticatedUsers | Grantee::LogDelivery => {
            SdkGrantee::builder()
                .r#type(Type::Group)
                .set_uri(grantee.uri().map(str::to_owned))
        }
    };
    builder
        .build()
        .map_err(|e| garbled("writing an access control list", e))
}

/// Reads whom a grant is for.
pub(crate) fn told_grantee(told: Option<&SdkGrantee>) -> Result<Grantee> {
    let unknown = Error::NotOffered {
        what: "a grantee of this kind",
    };
    let Some(told) = told else {
        return Err(unknown);
    };
    if let Some(uri) = told.uri() {
        return Grantee::parse_uri(uri).ok_or(unknown);
    }
    let names = [told.id(), told.display_name()];
    let user = names
        .into_iter()
        .flatten()
        .find_map(|name| UserName::parse(name).ok());
    user.map(Grantee::User).ok_or(unknown)
}

/// Reads a list. What the owner has comes first, as in the lists that have a name, in whichever
/// order the answer tells the grants.
pub(crate) fn told_acl(grants: &[SdkGrant], owner: &UserName) -> Result<Acl> {
    let read = |grant: &SdkGrant| {
        let name = grant.permission().map(SdkPermission::as_str);
        let permission = name.and_then(Permission::parse).ok_or(Error::NotOffered {
            what: "a grant of this kind",
        })?;
        Ok(Grant {
            grantee: told_grantee(grant.grantee())?,
            permission,
        })
    };
    let mut grants: Vec<Grant> = grants.iter().map(read).collect::<Result<_>>()?;
    let of_owner = Grantee::User(owner.clone());
    grants.sort_by_key(|grant| grant.grantee != of_owner);
    Ok(Acl { grants })
}

impl RemoteStore {
    /// Returns the list of an object. Its version is asked for where it is not named: the answer
    /// does not tell it.
    pub(crate) async fn acl_of_object(&self, object: ObjectRef) -> Result<ObjectAcl> {
        let version = self.version_of(object.clone()).await?;
        let (owner, grants) = self.grants_of(&pinned(object, &version)).await?;
        let owner = owner_name(owner.as_ref());
        Ok(ObjectAcl {
            version,
            acl: told_acl(&grants, &owner)?,
            owner,
        })
    }

    /// Sets the list of an object. A list without a name stands beside its owner, who is asked for.
    pub(crate) async fn set_acl_of_object(
        &self,
        object: ObjectRef,
        acl: Option<Acl>,
    ) -> Result<VersionId> {
        let version = self.version_of(object.clone()).await?;
        let object = pinned(object, &version);
        let asked = Asked::object("setting an access control list", &object);
        let request = self
            .client
            .put_object_acl()
            .bucket(object.bucket.as_str())
            .key(object.key.as_str())
            .set_version_id(object.version.as_ref().map(ToString::to_string));
        let request = match &acl {
            None => request.acl(ObjectCannedAcl::Private),
            Some(acl) => {
                let (owner, _) = self.grants_of(&object).await?;
                match canned(acl, &owner_name(owner.as_ref())) {
                    Some(canned) => request.acl(ObjectCannedAcl::from(canned.as_str())),
                    None => request.access_control_policy(policy(acl, owner.as_ref())?),
                }
            }
        };
        request.send().await.map_err(|e| asked.failed(e))?;
        Ok(version)
    }

    /// Returns the version that is meant: the one named, or the latest.
    pub(crate) async fn version_of(&self, object: ObjectRef) -> Result<VersionId> {
        match object.version {
            Some(version) => Ok(version),
            None => Ok(self.head(GetObject::whole(object)).await?.version.id),
        }
    }

    async fn grants_of(&self, object: &ObjectRef) -> Result<(Option<Owner>, Vec<SdkGrant>)> {
        let asked = Asked::object("asking for an access control list", object);
        let answer = self
            .client
            .get_object_acl()
            .bucket(object.bucket.as_str())
            .key(object.key.as_str())
            .set_version_id(object.version.as_ref().map(ToString::to_string))
            .send()
            .await
            .map_err(|e| asked.failed(e))?;
        Ok((answer.owner().cloned(), answer.grants().to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> UserName {
        UserName::parse(name).unwrap()
    }

    fn to_bob(permission: Permission) -> Acl {
        let mut acl = CannedAcl::PublicRead.written_out(&user("ann"), &user("ann"));
        acl.grants.push(Grant {
            grantee: Grantee::User(user("bob")),
            permission,
        });
        acl
    }

    #[test]
    fn a_list_with_a_name_travels_by_it_and_a_private_one_not_at_all() {
        let ann = user("ann");
        for canned in [CannedAcl::PublicRead, CannedAcl::AuthenticatedRead] {
            let acl = canned.written_out(&ann, &ann);
            let headers = AclHeaders::of_object(Some(&acl), &ann).unwrap();
            assert_eq!(headers.canned, Some(canned.as_str()));
            assert_eq!(headers.read, None);
        }
        let private = Acl::private(&ann);
        assert_eq!(AclHeaders::of(Some(&private), &ann), AclHeaders::default());
        assert_eq!(AclHeaders::of(None, &ann), AclHeaders::default());
        // What is private to another gives all away to them.
        let headers = AclHeaders::of(Some(&private), &user("bob"));
        assert_eq!(headers.full_control.as_deref(), Some("id=\"ann\""));
    }

    #[test]
    fn other_lists_travel_grant_by_grant() {
        let ann = user("ann");
        let headers = AclHeaders::of_object(Some(&to_bob(Permission::Read)), &ann).unwrap();
        let read = concat!(
            r#"uri="http://acs.amazonaws.com/groups/global/AllUsers", "#,
            r#"id="bob""#
        );
        assert_eq!(headers.canned, None);
        assert_eq!(headers.read.as_deref(), Some(read));
        assert_eq!(headers.full_control.as_deref(), Some("id=\"ann\""));
        let refused = AclHeaders::of_object(Some(&to_bob(Permission::Write)), &ann);
        assert!(matches!(refused, Err(Error::InvalidArgument(_))));
    }

    #[test]
    fn a_document_is_read_as_it_was_written() {
        for permission in Permission::ALL {
            let acl = to_bob(permission);
            let document = policy(&acl, None).unwrap();
            let mut grants = document.grants().to_vec();
            assert_eq!(told_acl(&grants, &user("ann")).unwrap(), acl);
            grants.swap(0, 1);
            assert_eq!(told_acl(&grants, &user("ann")).unwrap(), acl);
        }
        let email = SdkGrantee::builder()
            .r#type(Type::AmazonCustomerByEmail)
            .email_address("ann@example.org")
            .build();
        let unknown = told_grantee(Some(&email.unwrap()));
        assert!(matches!(unknown, Err(Error::NotOffered { .. })));
    }
}
