//! Lists of what no user and no role here can have: programs ask for them before they show or delete one.

use stave_model::{IdentityKind, role_arn, user_arn};

use crate::query_api::answer::{Answer, Outcome};
use crate::query_api::call::Call;
use crate::query_api::xml::Xml;

pub(super) async fn of(
    call: &Call<'_>,
    action: &str,
    kind: IdentityKind,
    list: &str,
) -> Outcome<Answer> {
    let (name, arn) = match kind {
        IdentityKind::User => {
            let name = call.user_or_self()?;
            let arn = user_arn(&name);
            (name, arn)
        }
        IdentityKind::Role => {
            let name = call.params.identity("RoleName")?;
            let arn = role_arn(&name);
            (name, arn)
        }
    };
    call.may(action, &arn).await?;
    call.identity_of(&name, kind).await?;
    let none = Xml::new().list(list, []);
    Ok(Answer::Result(none.text("IsTruncated", "false")))
}
