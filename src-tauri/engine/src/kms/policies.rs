//! The policy of a key.

use std::borrow::Cow;

use stave_model::Actor;
use stave_policy::{Kind, Policy};
use stave_store::{KeyError, PutKeyPolicy};

use super::access::Asked;
use super::call::Call;
use super::operation::{GET_POLICY, PUT_POLICY};
use super::refused;
use super::rows::StoredKey;
use crate::core::Core;
use crate::error::Result;

/// The longest policy of a key, as AWS KMS takes it.
const POLICY_BYTES_MAX: usize = 32_768;

/// The policy of a key that was made without one: it gives the account all rights.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
pub(crate) const DEFAULT_POLICY: &str = r#"{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::000000000000:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}"#;

/// The policy of the key that the store manages: used by everyone of the account through S3, looked at by
/// its owner, changed by nobody.
pub(crate) const MANAGED_POLICY: &str = r#"{
  "Version" : "2012-10-17",
  "Id" : "auto-s3-2",
  "Statement" : [ {
    "Sid" : "Allow access through S3 for all principals in the account that are authorized to use S3",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "*"
    },
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {
      "StringEquals" : {
        "kms:CallerAccount" : "000000000000",
        "kms:ViaService" : "s3.{region}.amazonaws.com"
      }
    }
  }, {
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::000000000000:root"
    },
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*" ],
    "Resource" : "*"
  } ]
}"#;

impl Core {
    /// Returns the policy of a key.
    pub(crate) fn key_policy(&self, by: &Actor, named: String) -> Result<String> {
        self.key_call(by, GET_POLICY, move |call| {
            call.note("policyName", "default");
            let key = call.open(&named, Asked::default())?;
            Ok(key.policy(&call.desk.region).into_owned())
        })
    }

    /// Changes the policy of a key.
    pub(crate) fn put_key_policy(&self, by: &Actor, put: PutKeyPolicy) -> Result<()> {
        self.key_call(by, PUT_POLICY, move |call| {
            call.note("policyName", "default");
            call.note("bypassPolicyLockoutSafetyCheck", put.bypass_lockout_check);
            let bypass = (
                "kms:BypassPolicyLockoutSafetyCheck",
                put.bypass_lockout_check.to_string(),
            );
            let asked = Asked {
                extra: vec![bypass],
                ..Asked::default()
            };
            let mut key = call.open(&put.key, asked)?;
            call.note(
                "policy",
                put.policy
                    .chars()
                    .take(POLICY_BYTES_MAX)
                    .collect::<String>(),
            );
            key.is.policy = put.policy;
            call.check_policy(&key, put.bypass_lockout_check)?;
            call.save(&key)
        })
    }
}

impl StoredKey {
    /// Returns its policy. That of the managed key names the region that the store has now.
    pub(crate) fn policy(&self, region: &str) -> Cow<'_, str> {
        if self.is.managed {
            MANAGED_POLICY.replace("{region}", region).into()
        } else {
            self.is.policy.as_str().into()
        }
    }
}

impl Call<'_, '_> {
    /// Refuses a policy that is none, and one under which the asker could not change it back, unless the
    /// asker bypasses that.
    pub(crate) fn check_policy(&self, key: &StoredKey, bypass_lockout_check: bool) -> Result<()> {
        let text = &key.is.policy;
        if text.len() > POLICY_BYTES_MAX {
            let why = "the policy of a key has at most 32,768 bytes";
            return Err(refused(KeyError::LimitExceeded(why)));
        }
        Policy::parse(text, Kind::Resource)
            .map_err(|why| refused(KeyError::MalformedPolicyDocument(why.to_string())))?;
        let asked = Asked::default();
        if bypass_lockout_check
            || self
                .desk
                .policy_lets(self.tx, self, key, PUT_POLICY, &asked)?
        {
            return Ok(());
        }
        let why = "the new key policy will not allow you to update the key policy in the future";
        Err(refused(KeyError::MalformedPolicyDocument(why.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_of_new_keys_are_policies() {
        for text in [DEFAULT_POLICY, MANAGED_POLICY] {
            assert!(Policy::parse(text, Kind::Resource).is_ok(), "{text}");
        }
    }
}
