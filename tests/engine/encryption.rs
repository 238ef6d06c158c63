//! Objects under each kind of encryption: what is asked for is what is kept, whatever is done with them.

use stave_model::{Actor, BucketName, KeyId, KeyOrigin, KeySpec, Sse, Tags, Versioning, Via};
use stave_store::{
    Copied, CopyObject, CreateKey, CustomerKey, Error, GetObject, KeyService, ObjectRef, PutObject,
    ReencryptObject, SseRequest, Store, Stored,
};

use crate::copies::copy_of;
use crate::kit::{Vault, latest, owner, put_of};
use crate::uploads::{Uploading, create_of};

mod customer;
mod defaults;
mod keys;
mod kinds;
mod tampering;

/// One way to encrypt, and what it takes to read again.
#[derive(Debug, Clone)]
pub struct Kind {
    pub asked: SseRequest,
    pub key: Option<CustomerKey>,
    /// What is told of it: the value of S3's header, `SSE-C` where there is none.
    pub told: &'static str,
}

pub fn by_s3() -> Kind {
    Kind {
        asked: SseRequest::S3,
        key: None,
        told: "AES256",
    }
}

pub fn by_customer(byte: u8) -> Kind {
    let key = CustomerKey::new([byte; 32]);
    Kind {
        asked: SseRequest::Customer(key.clone()),
        key: Some(key),
        told: "SSE-C",
    }
}

pub fn by_key(key: Option<&KeyId>, context: &[(&str, &str)], bucket_key: bool) -> Kind {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Kind {
        asked: SseRequest::Kms {
            key: key.map(ToString::to_string),
            context: context.iter().map(owned).collect(),
            bucket_key: Some(bucket_key),
        },
        key: None,
        told: "aws:kms",
    }
}

/// Every kind, those of two keys beside one another.
pub async fn every_kind(vault: &Vault) -> Vec<Kind> {
    let (own, other) = (vault.new_key().await, vault.new_key().await);
    vec![
        by_s3(),
        by_customer(1),
        by_key(Some(&own), &[("team", "blue")], false),
        by_key(None, &[], true),
        by_customer(2),
        by_key(Some(&other), &[], false),
    ]
}

pub fn actor() -> Actor {
    Actor::local(owner(), Via::Store)
}

pub fn told(sse: &Sse) -> &'static str {
    sse.header().unwrap_or("SSE-C")
}

impl Vault {
    /// Makes a key of the key service.
    pub async fn new_key(&self) -> KeyId {
        let create = CreateKey {
            description: String::new(),
            spec: KeySpec::Symmetric,
            origin: KeyOrigin::Made,
            policy: None,
            bypass_lockout_check: false,
            tags: Tags::default(),
        };
        self.store.create_key(&actor(), create).await.unwrap().id
    }

    pub async fn put_as(
        &self,
        bucket: &BucketName,
        key: &str,
        bytes: &[u8],
        kind: &Kind,
    ) -> Stored {
        let put = PutObject {
            encryption: kind.asked.clone(),
            ..put_of(bucket, key, bytes)
        };
        self.store.put_object(put).await.unwrap()
    }

    /// Reads the latest version by what its kind takes.
    pub async fn get_as(
        &self,
        bucket: &BucketName,
        key: &str,
        kind: &Kind,
    ) -> Result<Vec<u8>, Error> {
        self.read(reading(latest(bucket, key), kind)).await
    }

    /// Tells how the latest version is encrypted.
    pub async fn sse_of(&self, bucket: &BucketName, key: &str, kind: &Kind) -> &'static str {
        let head = self.store.head_object(reading(latest(bucket, key), kind));
        told(&head.await.unwrap().version.sse)
    }

    pub async fn copy_as(
        &self,
        bucket: &BucketName,
        (from, source): (&str, &Kind),
        (to, target): (&str, &Kind),
    ) -> Result<Copied, Error> {
        let copy = CopyObject {
            encryption: target.asked.clone(),
            source_customer_key: source.key.clone(),
            ..copy_of(latest(bucket, from), bucket, to)
        };
        self.store.copy_object(copy).await
    }

    pub async fn reencrypt(
        &self,
        object: ObjectRef,
        from: &Kind,
        to: &Kind,
    ) -> Result<&'static str, Error> {
        let reencrypt = ReencryptObject {
            object,
            encryption: to.asked.clone(),
            customer_key: from.key.clone(),
        };
        let sse = self.store.reencrypt_object(reencrypt).await?;
        Ok(told(&sse))
    }

    /// Begins an upload whose parts come by what its kind takes.
    pub async fn upload_as(&self, bucket: &BucketName, key: &str, kind: &Kind) -> Uploading<'_> {
        let mut request = create_of(bucket, key, None);
        request.encryption = kind.asked.clone();
        let begun = self.store.create_upload(request).await.unwrap();
        assert_eq!(told(&begun.sse), kind.told);
        let mut uploading = Uploading::resume(self, bucket, key, begun.upload);
        uploading.customer_key.clone_from(&kind.key);
        uploading
    }
}

pub fn reading(object: ObjectRef, kind: &Kind) -> GetObject {
    GetObject {
        customer_key: kind.key.clone(),
        ..GetObject::whole(object)
    }
}

/// A bucket of a vault that was never versioned.
pub async fn vault_and_bucket() -> (Vault, BucketName) {
    let vault = Vault::new();
    let bucket = vault.bucket("encrypted", Versioning::Off).await;
    (vault, bucket)
}
