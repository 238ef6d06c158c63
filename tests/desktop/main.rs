//! The real window, driven as a person would drive it, with a real keychain and real files dragged
//! onto it. Runs on a virtual display: `cargo xtask test --only desktop` makes one and sets
//! `STAVE_TEST_DESKTOP`.

mod access;
mod drag;
mod keys;
mod link;
mod settings;
mod window;

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use drag::Drag;
use window::{Window, pictures, row};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DELETE: &str = "\u{e017}";

/// How long all of it may take: what waits for ever is a failure, and told as one.
const LONGEST: Duration = Duration::from_mins(10);

#[tokio::test]
async fn the_first_day_in_the_window() {
    if env::var_os("STAVE_TEST_DESKTOP").is_none() {
        // Not by println!, which the test runner keeps to itself when a test passes.
        let said =
            "Not run: the window needs a display. `cargo xtask test --only desktop` has one.";
        writeln!(std::io::stderr(), "{said}").unwrap();
        return;
    }
    let day = tokio::time::timeout(LONGEST, day());
    day.await.expect("a day in the window ends within minutes");
}

async fn day() {
    let home = tempfile::tempdir().unwrap();
    let window = Window::open(home.path(), &pictures()).await;
    first_run(&window).await;
    make_bucket(&window).await;

    let file = home.path().join("Brief für Jonas.txt");
    fs::write(&file, "the first words").unwrap();
    drop_files(&window, &[&file], "drop").await;
    window.find(&row(NAME)).await;
    window.click(&row(NAME)).await;
    window.press("Inspector").await;
    shows_text(&window, "the first words").await;
    fs::write(&file, "other words").unwrap();
    drop_files(&window, &[&file], "drop-again").await;
    shows_text(&window, "other words").await;

    drop_a_folder_and_a_picture(&window, home.path()).await;
    window.click(&row(NAME)).await;
    restore_the_first_version(&window).await;
    shows_text(&window, "the first words").await;
    delete_and_undo(&window).await;
    settings::tag(&window, NAME).await;
    settings::set(&window).await;
    keys::guard(&window, home.path()).await;
    access::let_pages_in(&window).await;
    access::take_a_file(&window).await;
    access::simulate(&window).await;
    share(&window).await;
    every_screen(&window).await;
    lock_and_unlock(&window).await;
    window.close().await;
    nothing_lies_in_the_clear();

    let again = Window::open(home.path(), &pictures()).await;
    again.click(BUCKET).await;
    again.find(&row(NAME)).await;
    again.picture("20-second-start").await;
    again.close().await;
}

/// The bucket in the sidebar.
const BUCKET: &str =
    "//nav[@aria-label='Places']//button[starts-with(normalize-space(.), 'photos')]";

/// The file that is dropped: a space and an umlaut, as real names have.
const NAME: &str = "Brief für Jonas.txt";

async fn first_run(window: &Window) {
    window.heading("What brings you here?").await;
    window.picture("01-purpose").await;
    window.keys("1").await;
    window.heading("A vault for your data").await;
    window.picture("02-keychain").await;
    window.press("Make the vault").await;
    window.heading("Your recovery words").await;
    window.picture("03-recovery-words").await;
    let numbered = window
        .texts("//section[@aria-label='Recovery words']//li")
        .await;
    let word = |item: &String| {
        item.trim_start_matches(|c: char| !c.is_ascii_lowercase())
            .to_owned()
    };
    let words: Vec<_> = numbered.iter().map(word).collect();
    assert_eq!(words.len(), 24, "{numbered:?}");
    window.press("I have kept them. Continue").await;
    window.picture("04-recovery-check").await;
    for label in asked_for(window).await {
        let number: usize = label.trim_start_matches("Word ").parse().unwrap();
        window.fill(&label, &words[number - 1]).await;
    }
    window.press("Open the vault").await;
    window.heading("Developer").await;
    window.picture("05-developer").await;
}

/// Returns the labels of the words that are to be typed back.
async fn asked_for(window: &Window) -> Vec<String> {
    window
        .find("//label[starts-with(normalize-space(.), 'Word ')]")
        .await;
    let mut labels = Vec::new();
    for number in 1..=24 {
        let label = format!("Word {number}");
        let xpath = format!("//label[normalize-space(.)='{label}']");
        if window.shown(&xpath).await.is_some() {
            labels.push(label);
        }
    }
    assert_eq!(labels.len(), 2);
    labels
}

async fn make_bucket(window: &Window) {
    window.press("New bucket").await;
    window.fill("Name", "photos").await;
    window.picture("06-new-bucket").await;
    window.keys(ENTER).await;
    window.text("This bucket is empty").await;
    window.picture("07-empty-bucket").await;
}

async fn drop_files(window: &Window, files: &[&Path], picture: &str) {
    let files: Vec<_> = files.iter().map(|file| (*file).to_owned()).collect();
    let drag = Drag::over(window, "//section[@data-browser]", &files).await;
    window.picture(&format!("08-{picture}")).await;
    drag.let_go();
}

/// A folder and a picture in one drop; the picture is drawn by its bytes from the vault.
async fn drop_a_folder_and_a_picture(window: &Window, home: &Path) {
    let folder = home.join("Hochzeit");
    fs::create_dir_all(folder.join("Gäste")).unwrap();
    fs::write(folder.join("Gäste/liste.txt"), "Mara, Jonas, Ada").unwrap();
    let image = home.join("logo.png");
    fs::write(&image, include_bytes!("../../icons/128x128.png")).unwrap();
    drop_files(window, &[&folder, &image], "drop-folder").await;
    window.find(&row("Hochzeit")).await;
    window.click(&row("logo.png")).await;
    window.press("Preview").await;
    window.find("//aside//img").await;
    window.picture("09-preview-image").await;
    let width = window
        .run("return document.querySelector('aside img').naturalWidth")
        .await;
    assert_eq!(width, json!(128));
}

/// Looks into the object by the inspector's preview.
async fn shows_text(window: &Window, text: &str) {
    window.click(&row(NAME)).await;
    window.press("Preview").await;
    window.text(text).await;
    window.picture("09-preview").await;
}

async fn restore_the_first_version(window: &Window) {
    const VERSION: &str = "//aside//li[.//button[starts-with(@aria-label, 'Actions for')]]";
    window.press("Versions").await;
    window.find(&format!("({VERSION})[2]")).await;
    window.picture("10-versions").await;
    window.click(&format!("({VERSION})[2]//button")).await;
    window.picture("10-version-menu").await;
    window
        .click("//*[@role='menuitem'][contains(., 'Restore')]")
        .await;
    window.find(&format!("({VERSION})[3]")).await;
}

async fn delete_and_undo(window: &Window) {
    window.click(&row(NAME)).await;
    window.keys(DELETE).await;
    window.gone(&row(NAME)).await;
    window.picture("11-deleted").await;
    window.press("Undo").await;
    window.find(&row(NAME)).await;
}

async fn share(window: &Window) {
    window.click(&row(NAME)).await;
    window.press("Share").await;
    window.press("Make the link").await;
    let shown = window.find("//*[@aria-label='Link']").await;
    let url = shown.text().await.unwrap();
    window.picture("12-share").await;
    assert_eq!(link::open(&url), (200, "the first words".to_owned()));
    window.keys(ESCAPE).await;

    let made = json!({ "bucket": "photos", "key": NAME, "versionId": null, "expiresSeconds": 5 });
    let made = window.call("share_link", made).await;
    let url = made["url"].as_str().unwrap();
    assert_eq!(link::open(url).0, 200);
    let until = Instant::now() + Duration::from_secs(30);
    while link::open(url).0 == 200 {
        assert!(Instant::now() < until, "the link outlives its end");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let (status, body) = link::open(url);
    assert_eq!(status, 403);
    assert!(body.contains("AccessDenied"), "{body}");
}

/// While the vault is locked the endpoint says so, and the keychain opens both again.
async fn lock_and_unlock(window: &Window) {
    let status = window.call("endpoint_status", json!({})).await;
    let port = u16::try_from(status["port"].as_u64().unwrap()).unwrap();
    window.press("Lock the vault").await;
    window.heading("The vault is locked.").await;
    window.picture("18-locked").await;
    let address = format!("http://127.0.0.1:{port}/photos");
    assert_eq!(link::open(&address).0, 503);
    window.press("Unlock").await;
    window.click(BUCKET).await;
    window.find(&row(NAME)).await;
    assert_eq!(link::open(&address).0, 403);
}

/// Nothing of what was dropped can be read in the vault's folder.
fn nothing_lies_in_the_clear() {
    let data = env::var_os("XDG_DATA_HOME").expect("the session has folders of its own");
    let vault = Path::new(&data).join("stave/vault");
    let mut looked_at = 0;
    each_file(&vault, &mut |path, bytes| {
        looked_at += 1;
        for planted in ["the first words", "other words", keys::WORDS] {
            let found = bytes
                .windows(planted.len())
                .any(|w| w == planted.as_bytes());
            assert!(!found, "{} has {planted:?} in the clear", path.display());
        }
    });
    assert!(looked_at >= 2, "the vault is in {}", vault.display());
}

fn each_file(folder: &Path, look: &mut impl FnMut(&Path, &[u8])) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            each_file(&path, look);
        } else {
            look(&path, &fs::read(&path).unwrap());
        }
    }
}

async fn every_screen(window: &Window) {
    for (name, picture) in [
        ("Transfers", "13-transfers"),
        ("Developer", "14-developer"),
        ("Settings", "15-settings"),
    ] {
        window.press(name).await;
        window.heading(name).await;
        window.picture(picture).await;
    }
    window.click("//label[normalize-space(.)='Dark']").await;
    window.picture("15-settings-dark").await;
    window.press("Search or run").await;
    window.picture("16-palette").await;
    window.keys(ESCAPE).await;
    window.resize(800, 600).await;
    window.click(BUCKET).await;
    window.find(&row(NAME)).await;
    window.picture("17-small-and-dark").await;
}
