//! Who asks, and whose a key is.

use stave_model::{ACCOUNT, AccessKeyId, IdentityKind};
use stave_store::Error;

use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::Call;
use crate::query_api::errors::from_store;
use crate::query_api::ids::unique_id;
use crate::query_api::xml::Xml;

/// Tells who asks. Nobody needs a permission for that, and no policy can deny it.
pub(super) async fn identity(call: &Call<'_>) -> Outcome<Answer> {
    let id = match call.identities.rights_of(call.user).await {
        Ok(rights) => unique_id(&rights.identity),
        Err(Error::NoSuchIdentity(name)) => name.to_string(),
        Err(error) => return Err(from_store(error)),
    };
    let id = match &call.by.session {
        Some(session) if session.kind == IdentityKind::Role => format!("{id}:{}", session.name),
        _ => id,
    };
    let told = Xml::new()
        .text("Arn", &call.by.arn().unwrap_or_default())
        .text("UserId", &id)
        .text("Account", ACCOUNT);
    Ok(Answer::Result(told))
}

/// Tells of which account a key is: there is one.
pub(super) async fn access_key_info(call: &Call<'_>) -> Outcome<Answer> {
    let text = call.params.required("AccessKeyId")?;
    let id = AccessKeyId::parse(text)
        .map_err(|_| Fault::invalid("The specified value for accessKeyId is invalid."))?;
    call.may("sts:GetAccessKeyInfo", "*").await?;
    let keys = call.access_keys.list_access_keys().await;
    let keys = keys.map_err(from_store)?;
    if !keys.iter().any(|key| key.id == id) {
        return Err(Fault::invalid(format!(
            "{id} is no access key of this account."
        )));
    }
    Ok(Answer::Result(Xml::new().text("Account", ACCOUNT)))
}
