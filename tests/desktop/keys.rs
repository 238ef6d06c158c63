//! A key in the real window over the real vault: made, a bucket's default, rotated, disabled, and enabled
//! again by the way out that the refused preview offers.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::window::{Window, field, row};
use crate::{BUCKET, drop_files};

const ENTER: &str = "\u{e007}";

/// The object that the key guards, and what it says.
const NAME: &str = "Gehälter.txt";
pub const WORDS: &str = "the salaries of November";

/// The key's row on its page.
const KEY: &str = "//main//button[starts-with(normalize-space(.), 'alias/harbour')]";

/// Brings the inspector's lines about encryption into sight, for the picture.
const SHOW_ENCRYPTION: &str = "[...document.querySelectorAll('aside h3')]
    .find((heading) => heading.textContent === 'Encryption').scrollIntoView({ block: 'nearest' });";

/// Lives through the days of a key.
pub async fn guard(window: &Window, home: &Path) {
    make(window).await;
    make_default(window).await;
    put_an_object(window, home).await;
    rotate_and_disable(window).await;
    find_the_way_out(window).await;
    look_into_the_audit(window).await;
}

async fn make(window: &Window) {
    window.press("Keys").await;
    window.heading("Keys").await;
    window.picture("25-keys").await;
    window.press("New key").await;
    window.fill("Alias", "harbour").await;
    window.picture("25-new-key").await;
    window.keys(ENTER).await;
    window.heading("alias/harbour").await;
    window
        .find("//li[contains(., 'Version 1')][contains(., 'Seals now')]")
        .await;
    window.picture("26-key").await;
}

async fn make_default(window: &Window) {
    window.press("Search or run").await;
    window.keys("settings of photos").await;
    window.keys(ENTER).await;
    let select = "//select[@id=//label[normalize-space(.)='Key for new objects']/@for]";
    window
        .click(&format!("{select}/option[contains(., 'alias/harbour')]"))
        .await;
    window.press("Save encryption").await;
    window.text("Encryption of photos saved").await;
    window.picture("27-default").await;
    let kept = window
        .call("bucket_encryption", json!({ "bucket": "photos" }))
        .await;
    assert_eq!(kept["algorithm"], json!("aws:kms"));
    assert_eq!(kept["bucketKey"], json!(true));
}

async fn put_an_object(window: &Window, home: &Path) {
    window.press("Back to its objects").await;
    let file = home.join(NAME);
    fs::write(&file, WORDS).unwrap();
    drop_files(window, &[&file], "drop-guarded").await;
    window.click(&row(NAME)).await;
    window.press("Preview").await;
    window.text(WORDS).await;
    window.press("Details").await;
    window
        .find("//aside//button[normalize-space(.)='alias/harbour']")
        .await;
    window.run(SHOW_ENCRYPTION).await;
    window.picture("28-guarded").await;
    let object = json!({ "bucket": "photos", "key": NAME, "versionId": null });
    let encryption = window.call("object_details", object).await["encryption"].clone();
    assert_eq!(encryption["kind"], json!("SSE-KMS"));
    assert_eq!(encryption["keyAlias"], json!("alias/harbour"));
    assert_eq!(encryption["keyState"], json!("enabled"));
}

async fn rotate_and_disable(window: &Window) {
    window
        .click("//aside//button[normalize-space(.)='alias/harbour']")
        .await;
    window.press("Rotate now").await;
    window
        .find("//li[contains(., 'Version 2')][contains(., 'Rotated on demand')]")
        .await;
    window
        .find("//li[contains(., 'Version 1')][contains(., '1 object version')]")
        .await;
    window.picture("29-rotated").await;
    window.press("Disable the key").await;
    window.text("Nothing that it guards can be read.").await;
    window.picture("30-disabled").await;
}

/// The refused preview leads to the key, and the enabled key to the words.
async fn find_the_way_out(window: &Window) {
    window.click(BUCKET).await;
    window.click(&row(NAME)).await;
    window.press("Preview").await;
    window
        .find("//aside//*[@role='alert']//button[normalize-space(.)='Open the key']")
        .await;
    window.picture("31-refused").await;
    window.press("Open the key").await;
    window.press("Enable the key").await;
    window
        .find("//button[normalize-space(.)='Disable the key']")
        .await;
    window.press("All keys").await;
    window.find(KEY).await;
    window.picture("32-enabled").await;
    window.click(BUCKET).await;
    window.click(&row(NAME)).await;
    window.press("Preview").await;
    window.text(WORDS).await;
    window.picture("33-read-again").await;
}

/// Each of these days left its record, the refusal too.
async fn look_into_the_audit(window: &Window) {
    window.press("Audit").await;
    window.heading("Audit").await;
    window.click(&field("Denied only")).await;
    window
        .find("//li//button[contains(., 'Decrypt')][contains(., 'Denied')]")
        .await;
    window.press("Verify").await;
    window.text("none changed, none missing").await;
    window.picture("34-audit").await;
    assert_eq!(made(window).await, 1);
    window.click(BUCKET).await;
}

/// Counts the records of keys that were made.
async fn made(window: &Window) -> usize {
    let query = json!({
        "from": null, "to": null, "eventName": "CreateKey", "user": null, "resource": null,
        "denied": false, "before": null, "limit": 50
    });
    let page = window
        .call("audit_records", json!({ "query": query }))
        .await;
    page["records"].as_array().unwrap().len()
}
