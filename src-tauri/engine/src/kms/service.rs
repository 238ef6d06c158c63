//! The key service of a local vault: the hops to a blocking thread.

use async_trait::async_trait;
use secrecy::SecretSlice;
use stave_model::{Actor, Alias, Key, KeyVersion, Tags};
use stave_store::{
    CreateGrant, CreateKey, Decrypt, Decrypted, Encrypt, Encrypted, GenerateDataKey, GenerateMac,
    GeneratedDataKey, GrantRef, ImportKeyMaterial, ImportParameters, KeyGrant, KeyService,
    KeyUsage, PutKeyPolicy, ReEncrypt, ReEncrypted, Result, WrappingAlgorithm,
};

use crate::handle::LocalStore;

#[async_trait]
impl KeyService for LocalStore {
    fn region(&self) -> &str {
        &self.engine().options().region
    }

    async fn create_key(&self, by: &Actor, create: CreateKey) -> Result<Key> {
        let by = by.clone();
        self.run(move |core| core.create_key(&by, create)).await
    }

    async fn describe_key(&self, by: &Actor, key: &str) -> Result<Key> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.describe_key(&by, key)).await
    }

    async fn list_keys(&self, by: &Actor) -> Result<Vec<Key>> {
        let by = by.clone();
        self.run(move |core| core.list_keys(&by)).await
    }

    async fn set_key_enabled(&self, by: &Actor, key: &str, enabled: bool) -> Result<()> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.set_key_enabled(&by, key, enabled))
            .await
    }

    async fn update_key_description(&self, by: &Actor, key: &str, text: &str) -> Result<()> {
        let (by, key, text) = (by.clone(), key.to_owned(), text.to_owned());
        self.run(move |core| core.update_key_description(&by, key, text))
            .await
    }

    async fn key_tags(&self, by: &Actor, key: &str) -> Result<Tags> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.key_tags(&by, key)).await
    }

    async fn tag_key(&self, by: &Actor, key: &str, tags: Tags) -> Result<()> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.tag_key(&by, key, tags)).await
    }

    async fn untag_key(&self, by: &Actor, key: &str, names: Vec<String>) -> Result<()> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.untag_key(&by, key, names)).await
    }

    async fn create_alias(&self, by: &Actor, alias: &str, key: &str) -> Result<()> {
        let (by, alias, key) = (by.clone(), alias.to_owned(), key.to_owned());
        self.run(move |core| core.create_alias(&by, alias, key))
            .await
    }

    async fn update_alias(&self, by: &Actor, alias: &str, key: &str) -> Result<()> {
        let (by, alias, key) = (by.clone(), alias.to_owned(), key.to_owned());
        self.run(move |core| core.update_alias(&by, alias, key))
            .await
    }

    async fn delete_alias(&self, by: &Actor, alias: &str) -> Result<()> {
        let (by, alias) = (by.clone(), alias.to_owned());
        self.run(move |core| core.delete_alias(&by, alias)).await
    }

    async fn list_aliases(&self, by: &Actor, key: Option<&str>) -> Result<Vec<Alias>> {
        let (by, key) = (by.clone(), key.map(str::to_owned));
        self.run(move |core| core.list_aliases(&by, key)).await
    }

    async fn set_key_rotation(
        &self,
        by: &Actor,
        key: &str,
        period_days: Option<u16>,
    ) -> Result<()> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.set_key_rotation(&by, key, period_days))
            .await
    }

    async fn rotate_key(&self, by: &Actor, key: &str) -> Result<Key> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.rotate_key(&by, key)).await
    }

    async fn key_versions(&self, by: &Actor, key: &str) -> Result<Vec<KeyVersion>> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.key_versions(&by, key)).await
    }

    async fn key_usage(&self, by: &Actor, key: &str) -> Result<KeyUsage> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.key_usage(&by, key)).await
    }

    async fn schedule_key_deletion(&self, by: &Actor, key: &str, days: u16) -> Result<Key> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.schedule_key_deletion(&by, key, days))
            .await
    }

    async fn cancel_key_deletion(&self, by: &Actor, key: &str) -> Result<Key> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.cancel_key_deletion(&by, key))
            .await
    }

    async fn import_parameters(
        &self,
        by: &Actor,
        key: &str,
        algorithm: WrappingAlgorithm,
        bits: u16,
    ) -> Result<ImportParameters> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.import_parameters(&by, key, algorithm, bits))
            .await
    }

    async fn import_key_material(&self, by: &Actor, import: ImportKeyMaterial) -> Result<()> {
        let by = by.clone();
        self.run(move |core| core.import_key_material(&by, import))
            .await
    }

    async fn delete_imported_material(&self, by: &Actor, key: &str) -> Result<()> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.delete_imported_material(&by, key))
            .await
    }

    async fn key_policy(&self, by: &Actor, key: &str) -> Result<String> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.key_policy(&by, key)).await
    }

    async fn put_key_policy(&self, by: &Actor, put: PutKeyPolicy) -> Result<()> {
        let by = by.clone();
        self.run(move |core| core.put_key_policy(&by, put)).await
    }

    async fn create_grant(&self, by: &Actor, create: CreateGrant) -> Result<KeyGrant> {
        let by = by.clone();
        self.run(move |core| core.create_grant(&by, create)).await
    }

    async fn list_grants(&self, by: &Actor, key: &str) -> Result<Vec<KeyGrant>> {
        let (by, key) = (by.clone(), key.to_owned());
        self.run(move |core| core.list_grants(&by, key)).await
    }

    async fn list_retirable_grants(&self, by: &Actor, retiring: &str) -> Result<Vec<KeyGrant>> {
        let (by, retiring) = (by.clone(), retiring.to_owned());
        self.run(move |core| core.list_retirable_grants(&by, retiring))
            .await
    }

    async fn revoke_grant(&self, by: &Actor, key: &str, grant: &str) -> Result<()> {
        let (by, key, grant) = (by.clone(), key.to_owned(), grant.to_owned());
        self.run(move |core| core.revoke_grant(&by, key, grant))
            .await
    }

    async fn retire_grant(&self, by: &Actor, grant: GrantRef) -> Result<()> {
        let by = by.clone();
        self.run(move |core| core.retire_grant(&by, grant)).await
    }

    async fn encrypt(&self, by: &Actor, encrypt: Encrypt) -> Result<Encrypted> {
        let by = by.clone();
        self.run(move |core| core.encrypt(&by, encrypt)).await
    }

    async fn decrypt(&self, by: &Actor, decrypt: Decrypt) -> Result<Decrypted> {
        let by = by.clone();
        self.run(move |core| core.decrypt(&by, decrypt)).await
    }

    async fn re_encrypt(&self, by: &Actor, re_encrypt: ReEncrypt) -> Result<ReEncrypted> {
        let by = by.clone();
        self.run(move |core| core.re_encrypt(&by, re_encrypt)).await
    }

    async fn generate_data_key(
        &self,
        by: &Actor,
        generate: GenerateDataKey,
    ) -> Result<GeneratedDataKey> {
        let by = by.clone();
        self.run(move |core| core.generate_data_key(&by, generate))
            .await
    }

    async fn generate_random(&self, by: &Actor, bytes: usize) -> Result<SecretSlice<u8>> {
        let by = by.clone();
        self.run(move |core| core.generate_random(&by, bytes)).await
    }

    async fn generate_mac(&self, by: &Actor, generate: GenerateMac) -> Result<Vec<u8>> {
        let by = by.clone();
        self.run(move |core| core.generate_mac(&by, generate)).await
    }

    async fn verify_mac(&self, by: &Actor, generate: GenerateMac, mac: Vec<u8>) -> Result<()> {
        let by = by.clone();
        self.run(move |core| core.verify_mac(&by, generate, mac))
            .await
    }
}
