//! The real window behind WebDriver: started, found in, clicked, pictured, closed.

use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// How long anything in the window may take; debug builds on busy machines are slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often the window is looked at while something is awaited.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A running window.
pub struct Window {
    client: Client,
    driver: Driver,
    /// The process of the app.
    app: PathBuf,
    pictures: PathBuf,
}

/// The process of the driver; killed with everything that it started.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Window {
    /// Starts the app. `home` is where it keeps what it keeps outside the session's own folders.
    pub async fn open(home: &Path, pictures: &Path) -> Self {
        let port = free_port();
        let driver = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("STAVE_PORT", "0")
            .stdout(Stdio::null())
            .spawn()
            .expect("webkit2gtk-driver is installed");
        let driver = Driver(driver);
        let client = within("open", connect(port)).await;
        fs::create_dir_all(pictures).unwrap();
        Self {
            app: child_of(driver.0.id()),
            client,
            driver,
            pictures: pictures.to_owned(),
        }
    }

    /// Closes the window and waits for the app to end, as a person would.
    pub async fn close(self) {
        let Self {
            client,
            driver,
            app,
            ..
        } = self;
        within("close", client.close()).await.unwrap();
        // One that starts while another ends only brings that one to the front.
        let ended = async {
            while runs(&app) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        within("end", ended).await;
        drop(driver);
    }

    /// Waits for what an XPath finds and that is shown.
    pub async fn find(&self, xpath: &str) -> Element {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.shown(xpath).await {
                return element;
            }
            if Instant::now() > until {
                self.picture("failed").await;
                panic!("nothing in the window is {xpath}");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until an XPath finds nothing that is shown.
    pub async fn gone(&self, xpath: &str) {
        let until = Instant::now() + PATIENCE;
        while self.shown(xpath).await.is_some() {
            if Instant::now() > until {
                self.picture("failed").await;
                panic!("{xpath} is still in the window");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Returns what an XPath finds and is shown now.
    pub async fn shown(&self, xpath: &str) -> Option<Element> {
        for element in self.client.find_all(Locator::XPath(xpath)).await.ok()? {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// Returns the texts of all that an XPath finds.
    pub async fn texts(&self, xpath: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::XPath(xpath)).await.unwrap() {
            texts.push(element.text().await.unwrap());
        }
        texts
    }

    /// Waits for a heading.
    pub async fn heading(&self, text: &str) {
        self.find(&heading(text)).await;
    }

    /// Waits for text anywhere.
    pub async fn text(&self, text: &str) -> Element {
        self.find(&text_of(text)).await
    }

    /// Clicks what an XPath finds; tries again where the page changed under the pointer.
    pub async fn click(&self, xpath: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let clicked = self.find(xpath).await.click().await;
            match clicked {
                Ok(()) => return,
                Err(error) if Instant::now() > until => {
                    self.picture("failed").await;
                    panic!("{xpath} cannot be clicked: {error}");
                }
                Err(_) => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }

    /// Clicks the button of this name.
    pub async fn press(&self, name: &str) {
        self.click(&button(name)).await;
    }

    /// Types into the field of this label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find(&field(label)).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Sends keys to what has the focus.
    pub async fn keys(&self, keys: &str) {
        let focused = self.client.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// Calls a command of the app as the page would, and returns its answer.
    pub async fn call(&self, command: &str, arguments: Value) -> Value {
        const SCRIPT: &str = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args)
                .then((ok) => done({ ok }), (error) => done({ error }));";
        let arguments = vec![json!(command), arguments];
        let answer = self.client.execute_async(SCRIPT, arguments).await.unwrap();
        assert!(answer.get("error").is_none(), "{command}: {answer}");
        answer["ok"].clone()
    }

    /// Runs a script in the page and returns what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Sets the size of the window.
    pub async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.unwrap();
    }

    /// Returns where the middle of an element stands on the screen.
    pub async fn place_of(&self, xpath: &str) -> (i64, i64) {
        let (x, y, width, height) = self.find(xpath).await.rectangle().await.unwrap();
        let (left, top) = self.client.get_window_position().await.unwrap();
        let at = |edge: u64, offset: f64, extent: f64| {
            let inside = (offset + extent / 2.0).round();
            #[expect(clippy::cast_possible_truncation, reason = "a screen has few pixels")]
            let inside = inside as i64;
            i64::try_from(edge).unwrap() + inside
        };
        (at(left, x, width), at(top, y, height))
    }

    /// Keeps a picture of the window for people to look at.
    pub async fn picture(&self, name: &str) {
        // What the page has is on the screen one frame later.
        const FRAME: &str = "const [done] = arguments;
            requestAnimationFrame(() => requestAnimationFrame(() => done(null)));";
        self.client.execute_async(FRAME, Vec::new()).await.unwrap();
        let png = self.client.screenshot().await.unwrap();
        fs::write(self.pictures.join(format!("{name}.png")), png).unwrap();
    }
}

/// Names a button by its text or its label.
pub fn button(name: &str) -> String {
    let name = quoted(name);
    format!("//button[normalize-space(.)={name} or @aria-label={name}]")
}

/// Names a heading.
pub fn heading(text: &str) -> String {
    let text = quoted(text);
    format!("//*[self::h1 or self::h2][normalize-space(.)={text}]")
}

/// Names the innermost element with this text.
pub fn text_of(text: &str) -> String {
    let text = quoted(text);
    format!(
        "//*[contains(normalize-space(.), {text})][not(*[contains(normalize-space(.), {text})])]"
    )
}

/// Names the field of a label.
pub fn field(label: &str) -> String {
    let label = quoted(label);
    format!(
        "//input[@id=//label[starts-with(normalize-space(.), {label})]/@for or @aria-label={label}]"
    )
}

/// Names the row of an object or folder.
pub fn row(name: &str) -> String {
    let name = quoted(name);
    format!("//*[@role='row'][.//*[normalize-space(.)={name}]]")
}

/// Returns where pictures of the window are kept.
pub fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../artefacts/desktop")
}

fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "{text:?} needs concat()");
    format!("\"{text}\"")
}

/// Waits for what the window does, but not for ever.
async fn within<T>(what: &str, doing: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, doing).await;
    done.unwrap_or_else(|_| panic!("the window does not {what} within {PATIENCE:?}"))
}

/// Returns where the system tells of the process that another one started.
fn child_of(parent: u32) -> PathBuf {
    let children = format!("/proc/{parent}/task/{parent}/children");
    let children = fs::read_to_string(children).expect("the driver runs");
    let child = children.split_whitespace().next();
    Path::new("/proc").join(child.expect("the driver started the app"))
}

/// Returns whether a process runs: one that nobody has waited for yet does not.
fn runs(process: &Path) -> bool {
    let Ok(told) = fs::read_to_string(process.join("stat")) else {
        return false;
    };
    let state = told.rsplit(") ").next().unwrap_or_default();
    !state.starts_with(['Z', 'X'])
}

async fn connect(port: u16) -> Client {
    let app = env::var("STAVE_APP_BIN").expect("STAVE_APP_BIN names the built app");
    let capabilities = json!({ "webkitgtk:browserOptions": { "binary": app, "args": [] } });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("an object was written")
    };
    let until = Instant::now() + PATIENCE;
    loop {
        let mut builder =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        builder.capabilities(capabilities.clone());
        match builder.connect(&format!("http://127.0.0.1:{port}")).await {
            Ok(client) => return client,
            Err(error) if Instant::now() > until => panic!("the window does not open: {error}"),
            // The driver does not listen yet.
            Err(_) => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
