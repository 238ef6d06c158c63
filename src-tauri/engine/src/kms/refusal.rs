//! How the audit names a refusal.

use stave_store::KeyError;

/// Returns the `errorCode` of a refusal, as CloudTrail has it for AWS KMS.
pub(crate) fn error_code(refused: &KeyError) -> &'static str {
    match refused {
        KeyError::NotFound(_) => "NotFoundException",
        KeyError::InvalidArn(_) => "InvalidArnException",
        KeyError::Disabled { .. } => "DisabledException",
        KeyError::InvalidState { .. } => "KMSInvalidStateException",
        KeyError::AccessDenied { .. } => "AccessDenied",
        KeyError::AlreadyExists(_) => "AlreadyExistsException",
        KeyError::LimitExceeded(_) => "LimitExceededException",
        KeyError::MalformedPolicyDocument(_) => "MalformedPolicyDocumentException",
        KeyError::InvalidCiphertext => "InvalidCiphertextException",
        KeyError::IncorrectKey => "IncorrectKeyException",
        KeyError::InvalidKeyUsage { .. } => "InvalidKeyUsageException",
        KeyError::InvalidMac => "KMSInvalidMacException",
        KeyError::Tag(_) => "TagException",
        KeyError::Unsupported(_) => "UnsupportedOperationException",
        KeyError::InvalidGrantToken => "InvalidGrantTokenException",
        KeyError::InvalidImportToken => "InvalidImportTokenException",
        KeyError::ExpiredImportToken => "ExpiredImportTokenException",
        KeyError::IncorrectKeyMaterial => "IncorrectKeyMaterialException",
        KeyError::Validation(_) => "ValidationException",
        KeyError::Damaged(_) => "KMSInternalException",
    }
}
