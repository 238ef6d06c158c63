//! Who may come in, in the real window over the real vault: a page of another origin by the lab and by its refused
//! preflight, an upload link that is revoked, a user whose rights are asked for.

use serde_json::json;

use crate::window::{Window, row};
use crate::{BUCKET, ENTER, link};

/// The origin that the preset of Vite names, and one beside it.
const PAGE: &str = "http://localhost:5173";
const OTHER: &str = "http://localhost:5174";

/// What is sent by the upload link.
const NAME: &str = "von Jonas.txt";
const WORDS: &str = "sent by a link";

/// Tries rules in the lab, applies them, and lets in what a browser was refused.
pub async fn let_pages_in(window: &Window) {
    settings(window, "Other origins").await;
    window.fill("Origin of the page", OTHER).await;
    window.press("Add a preset").await;
    window
        .click("//*[@role='menuitem'][contains(., 'Vite')]")
        .await;
    window.press("Test").await;
    window.text("Kept out").await;
    window.picture("40-lab-kept-out").await;
    window.fill("Origin of the page", PAGE).await;
    window.text("Let in").await;
    window.picture("41-lab-let-in").await;
    window.press("Apply the rules").await;
    window.text("CORS rules of photos set").await;

    let address = format!("{}/photos/picture.jpg", endpoint(window).await);
    assert_eq!(link::preflight(&address, PAGE), 200);
    assert_eq!(link::preflight(&address, OTHER), 403);
    window
        .find("//button[normalize-space(.)='Allow this origin…']")
        .await;
    window.picture("42-refused-preflight").await;
    window.press("Allow this origin…").await;
    window.find("//dialog").await;
    window.picture("43-allow-origin").await;
    window.press("Apply the rule").await;
    window.text("Allowed now").await;
    assert_eq!(link::preflight(&address, OTHER), 200);
    assert_eq!(link::preflight(&address, "http://evil.example"), 403);
}

/// Makes a link that takes one file, sends the file, and revokes the link.
pub async fn take_a_file(window: &Window) {
    window.click(BUCKET).await;
    window.press("Search or run").await;
    window.keys("upload link").await;
    window.keys(ENTER).await;
    window
        .click("//label[.//*[normalize-space(.)='Upload one file']]")
        .await;
    window.fill("Saved as", NAME).await;
    window.picture("44-upload-link").await;
    window.press("Make the link").await;
    let shown = window.find("//*[@aria-label='Link']").await;
    let url = shown.text().await.unwrap();
    window.picture("45-upload-link-made").await;
    assert_eq!(link::send(&url, WORDS).0, 200);

    window.press("All links").await;
    window.text("used once").await;
    window.picture("46-links").await;
    window
        .click("//button[starts-with(@aria-label, 'Revoke ')]")
        .await;
    window.press("Revoke the link").await;
    window.text("Revoked links").await;
    let (status, answer) = link::send(&url, "too late");
    assert_eq!(status, 403);
    assert!(answer.contains("revoked"), "{answer}");
    window.picture("47-revoked").await;
    window.click(BUCKET).await;
    window.click(&row(NAME)).await;
    window.press("Preview").await;
    window.text(WORDS).await;
}

/// Asks what a user may, before and after a policy of its own.
pub async fn simulate(window: &Window) {
    window.call("create_user", json!({ "name": "ada" })).await;
    settings(window, "Access").await;
    choose(window, "Who", "ada").await;
    choose(window, "May they", "GetObject").await;
    window.fill("On which object", NAME).await;
    window.press("Ask").await;
    window.text("Denied, since nothing allows it").await;
    window.picture("48-nothing-allows-it").await;
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Look", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"
        }]
    });
    let put = json!({ "identity": "ada", "name": "look", "document": policy.to_string() });
    window.call("put_identity_policy", put).await;
    window.press("Ask").await;
    window
        .find("//*[@aria-live='polite']//*[normalize-space(.)='Allowed']")
        .await;
    window.picture("49-allowed").await;
    window.click(BUCKET).await;
}

/// Opens the settings of the bucket at a section.
async fn settings(window: &Window, section: &str) {
    window.press("Search or run").await;
    window.keys("settings of photos").await;
    window.keys(ENTER).await;
    window
        .click(&format!(
            "//nav[@aria-label='Sections of this page']//button[normalize-space(.)='{section}']"
        ))
        .await;
}

async fn choose(window: &Window, label: &str, option: &str) {
    let select = format!("//select[@id=//label[normalize-space(.)='{label}']/@for]");
    window
        .click(&format!("{select}/option[contains(., '{option}')]"))
        .await;
}

async fn endpoint(window: &Window) -> String {
    let status = window.call("endpoint_status", json!({})).await;
    status["url"].as_str().unwrap().to_owned()
}
