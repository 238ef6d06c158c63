//! What is said of encryption and contradicts itself.

use super::{Plain, plain};

/// Of an object that is written.
pub(super) const WRITES: &[Plain] = plain! {
    "a method of nobody's": PUT "/photos/l" ["x-amz-server-side-encryption" = "aes:kms"] Some("x")
        => 400 InvalidArgument;
    "a method of another service": PUT "/photos/l" ["x-amz-server-side-encryption" = "aws:fsx"]
        Some("x") => 400 InvalidArgument;
    "two layers": PUT "/photos/l" ["x-amz-server-side-encryption" = "aws:kms:dsse"] Some("x")
        => 501 NotImplemented;
    "a key of no method": PUT "/photos/l" ["x-amz-server-side-encryption-aws-kms-key-id" = "a"]
        Some("x") => 400 InvalidArgument;
    "a key of another method": PUT "/photos/l"
        ["x-amz-server-side-encryption" = "AES256", "x-amz-server-side-encryption-aws-kms-key-id" = "a"]
        Some("x") => 400 InvalidArgument;
    "a context of no method": PUT "/photos/l" ["x-amz-server-side-encryption-context" = "e30="]
        Some("x") => 400 InvalidArgument;
    "a context that is no base64": PUT "/photos/l"
        ["x-amz-server-side-encryption" = "aws:kms", "x-amz-server-side-encryption-context" = "{}"]
        Some("x") => 400 InvalidArgument;
    "a context of numbers": PUT "/photos/l"
        ["x-amz-server-side-encryption" = "aws:kms", "x-amz-server-side-encryption-context" = "eyJhIjoxfQ=="]
        Some("x") => 400 InvalidArgument;
    "a bucket key of another method": PUT "/photos/l"
        ["x-amz-server-side-encryption" = "AES256",
            "x-amz-server-side-encryption-bucket-key-enabled" = "true"]
        Some("x") => 400 InvalidArgument;
    "a bucket key that is neither": PUT "/photos/l"
        ["x-amz-server-side-encryption" = "aws:kms",
            "x-amz-server-side-encryption-bucket-key-enabled" = "perhaps"]
        Some("x") => 400 InvalidArgument;
    "a customer without a key": PUT "/photos/l"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256"] Some("x")
        => 400 InvalidArgument;
    "a customer without a digest": PUT "/photos/l"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
        Some("x") => 400 InvalidArgument;
    "a customer without an algorithm": PUT "/photos/l"
        ["x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-server-side-encryption-customer-key-md5" = "tP/LI3N87DFaSk0aoqYgzg=="]
        Some("x") => 400 InvalidArgument;
    "a customer with another's digest": PUT "/photos/l"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-server-side-encryption-customer-key-md5" = "v2HomVYPq94vbXb0BabrcA=="]
        Some("x") => 400 InvalidArgument;
    "a customer with a short key": PUT "/photos/l"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-server-side-encryption-customer-key" = "AAECAw==",
            "x-amz-server-side-encryption-customer-key-md5" = "N7Wa/VknJfkwXkhKXX9RaA=="]
        Some("x") => 400 InvalidArgument;
    "a customer with a weaker algorithm": PUT "/photos/l"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES128",
            "x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-server-side-encryption-customer-key-md5" = "tP/LI3N87DFaSk0aoqYgzg=="]
        Some("x") => 400 InvalidEncryptionAlgorithmError;
    "a customer and a method": PUT "/photos/l"
        ["x-amz-server-side-encryption" = "AES256",
            "x-amz-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-server-side-encryption-customer-key-md5" = "tP/LI3N87DFaSk0aoqYgzg=="]
        Some("x") => 400 InvalidArgument;
    "a method of a part": PUT "/photos/k?partNumber=1&uploadId=UPLOAD"
        ["x-amz-server-side-encryption" = "AES256"] Some("x") => 400 InvalidArgument;
    "a customer of a part alone": PUT "/photos/k?partNumber=1&uploadId=UPLOAD"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-server-side-encryption-customer-key-md5" = "tP/LI3N87DFaSk0aoqYgzg=="]
        Some("x") => 400 InvalidRequest;
    "a customer of a source that has none": PUT "/photos/l"
        ["x-amz-copy-source" = "photos/k",
            "x-amz-copy-source-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-copy-source-server-side-encryption-customer-key" =
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-copy-source-server-side-encryption-customer-key-md5" = "tP/LI3N87DFaSk0aoqYgzg=="]
        Some("") => 400 InvalidRequest;
};

/// Of an object that is read.
pub(super) const READS: &[Plain] = plain! {
    "a method of a reading": GET "/photos/k" ["x-amz-server-side-encryption" = "AES256"] None
        => 400 InvalidArgument;
    "a key of a reading": GET "/photos/k" ["x-amz-server-side-encryption-aws-kms-key-id" = "a"] None
        => 400 InvalidArgument;
    "a customer of an object that has none": GET "/photos/k"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256",
            "x-amz-server-side-encryption-customer-key" = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "x-amz-server-side-encryption-customer-key-md5" = "tP/LI3N87DFaSk0aoqYgzg=="]
        None => 400 InvalidRequest;
    "half a customer of a reading": GET "/photos/k"
        ["x-amz-server-side-encryption-customer-algorithm" = "AES256"] None => 400 InvalidArgument;
};

/// Of a bucket's default, and of an object that is encrypted otherwise.
pub(super) const DEFAULTS: &[Plain] = plain! {
    "no default": PUT "/photos?encryption" []
        Some("<ServerSideEncryptionConfiguration></ServerSideEncryptionConfiguration>")
        => 400 MalformedXML;
    "a default of two layers": PUT "/photos?encryption" []
        Some("<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms:dsse</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>")
        => 501 NotImplemented;
    "a default key of another method": PUT "/photos?encryption" []
        Some("<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><KMSMasterKeyID>a</KMSMasterKeyID><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>")
        => 400 InvalidArgument;
    "another encryption without a digest": PUT "/photos/k?encryption" []
        Some("<ObjectEncryption></ObjectEncryption>") => 400 InvalidRequest;
    "another encryption that is none": PUT "/photos/k?encryption"
        ["content-md5" = "26FeEKbD4Fy50fxj/JbJYA=="]
        Some("<ObjectEncryption></ObjectEncryption>") => 400 InvalidRequest;
};
