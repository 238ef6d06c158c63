//! The operations of the key service: how policies and the audit name them, and which states of a key they
//! take. <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>

use stave_model::KeyState;

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The action that a policy allows, `kms:Decrypt` say.
    pub action: &'static str,
    /// The `eventName` of its record.
    pub event: &'static str,
    /// Whether it changes nothing.
    pub read_only: bool,
    /// The states of a key that it takes.
    pub states: States,
}

/// The states of a key that an operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum States {
    /// Every state.
    Any,
    /// All but a deletion that is scheduled.
    Alive,
    /// Turned on or off.
    Made,
    /// Turned on.
    Enabled,
    /// A deletion is scheduled.
    PendingDeletion,
}

impl States {
    /// Returns whether it takes a state.
    pub(crate) fn take(self, state: KeyState) -> bool {
        match self {
            Self::Any => true,
            Self::Alive => state != KeyState::PendingDeletion,
            Self::Made => matches!(state, KeyState::Enabled | KeyState::Disabled),
            Self::Enabled => state == KeyState::Enabled,
            Self::PendingDeletion => state == KeyState::PendingDeletion,
        }
    }
}

macro_rules! operations {
    ($($name:ident = $action:literal, $event:literal, $read_only:literal, $states:ident;)*) => {
        $(pub(crate) const $name: Operation = Operation {
            action: concat!("kms:", $action),
            event: $event,
            read_only: $read_only,
            states: States::$states,
        };)*

        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[Operation] = &[$($name),*];
    };
}

operations! {
    CREATE_KEY = "CreateKey", "CreateKey", false, Any;
    DESCRIBE_KEY = "DescribeKey", "DescribeKey", true, Any;
    LIST_KEYS = "ListKeys", "ListKeys", true, Any;
    ENABLE_KEY = "EnableKey", "EnableKey", false, Made;
    DISABLE_KEY = "DisableKey", "DisableKey", false, Made;
    UPDATE_DESCRIPTION = "UpdateKeyDescription", "UpdateKeyDescription", false, Alive;
    LIST_TAGS = "ListResourceTags", "ListResourceTags", true, Any;
    TAG = "TagResource", "TagResource", false, Alive;
    UNTAG = "UntagResource", "UntagResource", false, Alive;
    CREATE_ALIAS = "CreateAlias", "CreateAlias", false, Alive;
    UPDATE_ALIAS = "UpdateAlias", "UpdateAlias", false, Alive;
    DELETE_ALIAS = "DeleteAlias", "DeleteAlias", false, Any;
    LIST_ALIASES = "ListAliases", "ListAliases", true, Any;
    ENABLE_ROTATION = "EnableKeyRotation", "EnableKeyRotation", false, Enabled;
    DISABLE_ROTATION = "DisableKeyRotation", "DisableKeyRotation", false, Enabled;
    ROTATE_KEY = "RotateKeyOnDemand", "RotateKeyOnDemand", false, Enabled;
    LIST_ROTATIONS = "ListKeyRotations", "ListKeyRotations", true, Any;
    SCHEDULE_DELETION = "ScheduleKeyDeletion", "ScheduleKeyDeletion", false, Alive;
    CANCEL_DELETION = "CancelKeyDeletion", "CancelKeyDeletion", false, PendingDeletion;
    IMPORT_PARAMETERS = "GetParametersForImport", "GetParametersForImport", true, Alive;
    IMPORT_MATERIAL = "ImportKeyMaterial", "ImportKeyMaterial", false, Alive;
    DELETE_MATERIAL = "DeleteImportedKeyMaterial", "DeleteImportedKeyMaterial", false, Alive;
    GET_POLICY = "GetKeyPolicy", "GetKeyPolicy", true, Any;
    PUT_POLICY = "PutKeyPolicy", "PutKeyPolicy", false, Any;
    CREATE_GRANT = "CreateGrant", "CreateGrant", false, Enabled;
    LIST_GRANTS = "ListGrants", "ListGrants", true, Any;
    LIST_RETIRABLE = "ListRetirableGrants", "ListRetirableGrants", true, Any;
    REVOKE_GRANT = "RevokeGrant", "RevokeGrant", false, Any;
    RETIRE_GRANT = "RetireGrant", "RetireGrant", false, Any;
    ENCRYPT = "Encrypt", "Encrypt", true, Enabled;
    DECRYPT = "Decrypt", "Decrypt", true, Enabled;
    RE_ENCRYPT_FROM = "ReEncryptFrom", "ReEncrypt", true, Enabled;
    RE_ENCRYPT_TO = "ReEncryptTo", "ReEncrypt", true, Enabled;
    GENERATE_DATA_KEY = "GenerateDataKey", "GenerateDataKey", true, Enabled;
    GENERATE_DATA_KEY_WITHOUT = "GenerateDataKeyWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", true, Enabled;
    GENERATE_RANDOM = "GenerateRandom", "GenerateRandom", true, Any;
    GENERATE_MAC = "GenerateMac", "GenerateMac", true, Enabled;
    VERIFY_MAC = "VerifyMac", "VerifyMac", true, Enabled;
}

impl Operation {
    /// Returns whether it only shows what is set, and uses no key.
    pub(crate) fn is_look(&self) -> bool {
        let looks = ["Describe", "List", "GetKeyPolicy"];
        looks.iter().any(|word| self.event.starts_with(word))
    }

    /// Returns its name as a grant has it, `Decrypt` say.
    pub(crate) fn name(&self) -> &'static str {
        &self.action["kms:".len()..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_uses_a_key_takes_an_enabled_one_alone() {
        let uses = ["Encrypt", "Decrypt", "ReEncrypt", "DataKey", "Mac"];
        for operation in ALL {
            let is_use = uses.iter().any(|word| operation.action.contains(word));
            if is_use {
                assert_eq!(operation.states, States::Enabled, "{}", operation.action);
                assert!(operation.read_only, "{}", operation.action);
            }
        }
    }

    #[test]
    fn states_take_what_their_names_say() {
        use KeyState::{Disabled, Enabled, PendingDeletion, PendingImport};
        let all = [Enabled, Disabled, PendingDeletion, PendingImport];
        let taken = |states: States| all.map(|state| states.take(state));
        assert_eq!(taken(States::Any), [true, true, true, true]);
        assert_eq!(taken(States::Alive), [true, true, false, true]);
        assert_eq!(taken(States::Made), [true, true, false, false]);
        assert_eq!(taken(States::Enabled), [true, false, false, false]);
        assert_eq!(taken(States::PendingDeletion), [false, false, true, false]);
    }
}
