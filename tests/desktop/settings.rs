//! Tags of an object, and what is set for a bucket, in the real window over the real vault.

use serde_json::json;

use crate::window::{Window, field, row, text_of};

const ENTER: &str = "\u{e007}";

/// Tags an object in the inspector, sees that the vault has the tag, and takes it back.
pub async fn tag(window: &Window, name: &str) {
    window.click(&row(name)).await;
    window.press("Details").await;
    window.press("Add tags").await;
    window.fill("Key of tag 1", "aws:album").await;
    window.text("Keys that begin with aws: are reserved.").await;
    window.picture("21-tag-refused").await;
    window.fill("Key of tag 1", "album").await;
    window.fill("Value of tag 1", "Lake 2026").await;
    window.keys(ENTER).await;
    window
        .find("//aside//dd[normalize-space(.)='Lake 2026']")
        .await;
    window.picture("22-tagged").await;
    assert_eq!(
        tags_of(window, name).await,
        json!([{ "key": "album", "value": "Lake 2026" }])
    );
    window.press("Undo").await;
    window.find("//button[normalize-space(.)='Add tags']").await;
    assert_eq!(tags_of(window, name).await, json!([]));
}

async fn tags_of(window: &Window, name: &str) -> serde_json::Value {
    let object = json!({ "bucket": "photos", "key": name, "versionId": null });
    window.call("object_details", object).await["tags"].clone()
}

/// Makes the bucket a web site by its settings, reached through the palette.
pub async fn set(window: &Window) {
    window.press("Search or run").await;
    window.keys("settings of photos").await;
    window.keys(ENTER).await;
    window.heading("Object ownership").await;
    window.picture("23-bucket-settings").await;
    let kind = "//select[@id=//label[normalize-space(.)='Web site']/@for]";
    window
        .click(&format!("{kind}/option[@value='pages']"))
        .await;
    window.find(&field("Index page")).await;
    window.press("Save web site").await;
    window.find(&text_of(".s3-website.localhost:")).await;
    window.picture("24-website").await;
    let settings = window
        .call("bucket_settings", json!({ "name": "photos" }))
        .await;
    let expected = json!({
        "kind": "pages", "indexSuffix": "index.html", "errorKey": null, "rules": 0
    });
    assert_eq!(settings["website"], expected);
    window.text("There are none.").await;
    window.press("Back to its objects").await;
}
