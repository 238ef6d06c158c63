//! A real drag: a GTK window that offers files, and the pointer of the X server.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::window::Window;

/// Where the source stands on the screen; see drag_source.py.
const SOURCE: (i64, i64) = (60, 20);

/// How long the window may take to notice what is dragged over it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the page says while files are dragged over it.
const NOTICED: &str = "//*[@role='status'][contains(normalize-space(.), 'to upload into')]";

/// Files under the pointer, over the window, not yet let go.
pub struct Drag {
    source: Child,
}

impl Drag {
    /// Drags files over an element of the window, until the window shows where they would go.
    pub async fn over(window: &Window, element: &str, files: &[PathBuf]) -> Self {
        let (x, y) = window.place_of(element).await;
        let drag = Self {
            source: offer(files),
        };
        point(SOURCE.0, SOURCE.1);
        xdotool(&["mousedown", "1"]);
        // A drag begins once the pointer has moved some way with the button down.
        for step in 1..=8 {
            point(SOURCE.0 + step * 4, SOURCE.1 + step);
        }
        let until = Instant::now() + PATIENCE;
        let mut wobble = 0;
        loop {
            point(x + wobble, y);
            if window.shown(NOTICED).await.is_some() {
                return drag;
            }
            if Instant::now() > until {
                window.picture("failed").await;
                panic!("the window takes no notice of the files over it");
            }
            wobble = (wobble + 1) % 4;
        }
    }

    /// Lets the files go.
    pub fn let_go(mut self) {
        xdotool(&["mouseup", "1"]);
        self.source.wait().unwrap();
    }
}

impl Drop for Drag {
    fn drop(&mut self) {
        // It has ended already unless the test failed.
        let _ = self.source.kill();
        let _ = self.source.wait();
    }
}

fn offer(files: &[PathBuf]) -> Child {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop/drag_source.py");
    // The system's Python: it is the one that knows GTK.
    let mut source = Command::new("/usr/bin/python3")
        .arg(script)
        .args(files)
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 with GTK 3 is installed");
    let said = source.stdout.take().expect("it is piped");
    let mut line = String::new();
    BufReader::new(said).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "ready");
    source
}

fn point(x: i64, y: i64) {
    xdotool(&["mousemove", "--sync", &x.to_string(), &y.to_string()]);
}

fn xdotool(arguments: &[&str]) {
    let done = Command::new("xdotool").args(arguments).status();
    assert!(
        done.expect("xdotool is installed").success(),
        "{arguments:?}"
    );
}
