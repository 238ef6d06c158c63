//! Access control lists as JSON: an array of grants, each to a `user` by name or to a `group` by
//! S3's URI.

use serde::{Deserialize, Serialize};
use stave_model::{Acl, Grant, Grantee, Permission, UserName};

use crate::json::{from_json, to_json};
use crate::{Error, Result};

/// What is told where a stored list is none.
const WHAT: &str = "acl";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GrantJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    permission: String,
}

pub(crate) fn acl_to_json(acl: &Acl) -> Result<String> {
    to_json(&grants_to_rows(&acl.grants))
}

pub(crate) fn acl_from_json(json: &str) -> Result<Acl> {
    let rows: Vec<GrantJson> = from_json(json, WHAT)?;
    let grants = grants_from_rows(rows).ok_or(Error::Damaged { what: WHAT })?;
    Ok(Acl { grants })
}

/// Makes the format of grants, here and inside other documents.
pub(crate) fn grants_to_rows(grants: &[Grant]) -> Vec<GrantJson> {
    let row = |grant: &Grant| GrantJson {
        user: match &grant.grantee {
            Grantee::User(user) => Some(user.as_str().to_owned()),
            Grantee::AllUsers | Grantee::AuthenticatedUsers | Grantee::LogDelivery => None,
        },
        group: grant.grantee.uri().map(str::to_owned),
        permission: grant.permission.as_str().to_owned(),
    };
    grants.iter().map(row).collect()
}

/// Reads the format of grants; `None` where one is none.
pub(crate) fn grants_from_rows(rows: Vec<GrantJson>) -> Option<Vec<Grant>> {
    let read = |row: GrantJson| {
        let grantee = match (row.user, row.group) {
            (Some(user), None) => Grantee::User(UserName::parse(&user).ok()?),
            (None, Some(uri)) => Grantee::parse_uri(&uri)?,
            (Some(_), Some(_)) | (None, None) => return None,
        };
        Some(Grant {
            grantee,
            permission: Permission::parse(&row.permission)?,
        })
    };
    rows.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use stave_model::CannedAcl;

    use super::*;
    use crate::testkit::user;

    #[test]
    fn the_format_of_a_list_is_written_down() {
        let acl = CannedAcl::PublicRead.written_out(&user("ann"), &user("ann"));
        let json = concat!(
            r#"[{"user":"ann","permission":"FULL_CONTROL"},"#,
            r#"{"group":"http://acs.amazonaws.com/groups/global/AllUsers","permission":"READ"}]"#
        );
        assert_eq!(acl_to_json(&acl).unwrap(), json);
        assert_eq!(acl_from_json(json).unwrap(), acl);
    }

    #[test]
    fn every_list_that_has_a_name_is_read_as_it_was_written() {
        for canned in CannedAcl::ALL {
            let acl = canned.written_out(&user("ann"), &user("bob"));
            assert_eq!(acl_from_json(&acl_to_json(&acl).unwrap()).unwrap(), acl);
        }
        let nobody = Acl { grants: Vec::new() };
        assert_eq!(acl_to_json(&nobody).unwrap(), "[]");
        assert_eq!(acl_from_json("[]").unwrap(), nobody);
    }

    #[test]
    fn a_damaged_list_is_told_as_such() {
        for json in [
            "",
            "{}",
            "[{}]",
            r#"[{"permission":"READ"}]"#,
            r#"[{"user":"ann","permission":"read"}]"#,
            r#"[{"user":"no one","permission":"READ"}]"#,
            r#"[{"group":"AllUsers","permission":"READ"}]"#,
            r#"[{"user":"ann","group":"AllUsers","permission":"READ"}]"#,
            r#"[{"user":"ann","until":"1999","permission":"READ"}]"#,
        ] {
            let found = acl_from_json(json);
            assert!(
                matches!(found, Err(Error::Damaged { what: "acl" })),
                "{json}"
            );
        }
    }
}
