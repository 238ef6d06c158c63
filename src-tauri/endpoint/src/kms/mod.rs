//! The key service, spoken as AWS KMS is: documents in AWS' names on one side, `store::KeyService` on the other.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html>

mod aliases;
mod errors;
mod grants;
mod import;
mod keys;
mod macs;
mod metadata;
mod paging;
mod policies;
mod rotation;
mod sealing;
mod tags;

use stave_model::Actor;
use stave_store::KeyService;

use crate::json::{JsonAnswer, JsonError, Outcome, read, told, write};

/// Operations of AWS KMS that are not offered: keys of two halves, keys kept elsewhere or in several regions.
const NOT_OFFERED: [&str; 14] = [
    "ConnectCustomKeyStore",
    "CreateCustomKeyStore",
    "DeleteCustomKeyStore",
    "DeriveSharedSecret",
    "DescribeCustomKeyStores",
    "DisconnectCustomKeyStore",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GetPublicKey",
    "ReplicateKey",
    "Sign",
    "UpdateCustomKeyStore",
    "UpdatePrimaryRegion",
    "Verify",
];

/// Where a call goes, and who makes it.
struct Call<'c> {
    service: &'c dyn KeyService,
    by: &'c Actor,
}

/// Answers a call of AWS KMS: `operation` by its bare name, `body` as its JSON document.
pub async fn dispatch(
    service: &dyn KeyService,
    actor: &Actor,
    operation: &str,
    body: &[u8],
) -> JsonAnswer {
    let call = Call { service, by: actor };
    told(perform(&call, operation, body).await)
}

/// Hands each operation's document to the function of its name.
macro_rules! operations {
    ($($name:literal => $module:ident::$function:ident;)*) => {
        async fn perform(call: &Call<'_>, operation: &str, body: &[u8]) -> Outcome<Vec<u8>> {
            match operation {
                $($name => {
                    let performed = Box::pin($module::$function(call, read(body)?));
                    write(&performed.await?)
                })*
                name if NOT_OFFERED.contains(&name) => Err(JsonError::unsupported(name)),
                _ => Err(JsonError::new(
                    "UnknownOperationException",
                    "The key service has no operation of that name.",
                )),
            }
        }
    };
}

operations! {
    "CreateKey" => keys::create;
    "DescribeKey" => keys::describe;
    "ListKeys" => keys::list;
    "EnableKey" => keys::enable;
    "DisableKey" => keys::disable;
    "UpdateKeyDescription" => keys::update_description;
    "ScheduleKeyDeletion" => keys::schedule_deletion;
    "CancelKeyDeletion" => keys::cancel_deletion;

    "TagResource" => tags::tag;
    "UntagResource" => tags::untag;
    "ListResourceTags" => tags::list;

    "CreateAlias" => aliases::create;
    "UpdateAlias" => aliases::update;
    "DeleteAlias" => aliases::delete;
    "ListAliases" => aliases::list;

    "EnableKeyRotation" => rotation::enable;
    "DisableKeyRotation" => rotation::disable;
    "GetKeyRotationStatus" => rotation::status;
    "RotateKeyOnDemand" => rotation::rotate;
    "ListKeyRotations" => rotation::list;

    "GetParametersForImport" => import::parameters;
    "ImportKeyMaterial" => import::import;
    "DeleteImportedKeyMaterial" => import::delete;

    "GetKeyPolicy" => policies::get;
    "PutKeyPolicy" => policies::put;
    "ListKeyPolicies" => policies::list;

    "CreateGrant" => grants::create;
    "ListGrants" => grants::list;
    "ListRetirableGrants" => grants::list_retirable;
    "RevokeGrant" => grants::revoke;
    "RetireGrant" => grants::retire;

    "Encrypt" => sealing::encrypt;
    "Decrypt" => sealing::decrypt;
    "ReEncrypt" => sealing::re_encrypt;
    "GenerateDataKey" => sealing::data_key;
    "GenerateDataKeyWithoutPlaintext" => sealing::data_key_without_plaintext;
    "GenerateRandom" => sealing::random;

    "GenerateMac" => macs::generate;
    "VerifyMac" => macs::verify;
}
