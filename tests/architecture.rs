//! The floors of the project: who may import whom, where a library may be named, and how long a file may be.
//! Reads the manifests and the sources; fails on a breach and says which line.

use std::fs;
use std::path::{Path, PathBuf};

/// Each crate's folder and the crates of ours that it may name in `[dependencies]`.
const FLOORS: [(&str, &[&str]); 9] = [
    ("src-tauri/model", &[]),
    ("src-tauri/policy", &[]),
    ("src-tauri/store", &["stave-model"]),
    ("src-tauri/vault", &["stave-model"]),
    ("src-tauri/catalog", &["stave-model"]),
    (
        "src-tauri/engine",
        &[
            "stave-model",
            "stave-policy",
            "stave-store",
            "stave-vault",
            "stave-catalog",
        ],
    ),
    ("src-tauri/remote", &["stave-model", "stave-store"]),
    (
        "src-tauri/endpoint",
        &["stave-model", "stave-policy", "stave-store", "stave-engine"],
    ),
    (
        "src-tauri/cli",
        &[
            "stave-model",
            "stave-policy",
            "stave-store",
            "stave-engine",
            "stave-remote",
            "stave-endpoint",
        ],
    ),
];

/// What the app may name.
const APP: [&str; 6] = [
    "stave-model",
    "stave-policy",
    "stave-store",
    "stave-engine",
    "stave-endpoint",
    "stave-remote",
];

/// A library and the only places whose sources may name it.
const HOMES: [(&str, &[&str]); 8] = [
    ("rusqlite", &["src-tauri/catalog"]),
    ("aes_gcm", &["src-tauri/vault"]),
    ("ring", &["src-tauri/vault"]),
    ("keyring", &["src-tauri/vault"]),
    ("tauri", &["src-tauri/app", "src-tauri/build.rs"]),
    ("s3s", &["src-tauri/endpoint"]),
    ("hyper", &["src-tauri/endpoint"]),
    ("aws_sdk_s3", &["src-tauri/remote"]),
];

/// The longest source file, tests not counted, in lines.
const RUST_FILE_MAX_LINES: usize = 500;
/// The longest component of the screens, in lines.
const COMPONENT_MAX_LINES: usize = 300;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap_or_else(|why| panic!("{} cannot be read: {why}", path.display()))
}

/// Returns every file below `folder` whose name ends with one of `endings`, leaving out what is generated or fetched.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(next) = waiting.pop() {
        let name = next
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if next.is_dir()
            && !["node_modules", "dist", "target", "bindings", "gen"].contains(&name.as_str())
        {
            waiting.extend(
                fs::read_dir(&next)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
        } else if next.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(next);
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let shown = path
        .strip_prefix(root())
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/");
    shown.trim_start_matches("./").to_owned()
}

/// Returns the names in the `[dependencies]` section of a manifest.
fn dependencies(manifest: &str) -> Vec<String> {
    let section = manifest
        .split("\n[dependencies]\n")
        .nth(1)
        .unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    section
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the lines of a Rust source before its tests, numbered from 1, without comments.
fn code(source: &str) -> Vec<(usize, &str)> {
    let body = source
        .split("\n#[cfg(test)]\nmod ")
        .next()
        .unwrap_or_default();
    body.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, l)| !l.trim_start().starts_with("//"))
        .collect()
}

/// Returns whether a line names a library's path: `use tokio::`, `tokio::spawn`.
fn names(line: &str, library: &str) -> bool {
    let path = format!("{library}::");
    line.match_indices(&path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

#[test]
fn every_crate_imports_only_the_floors_below_it() {
    let mut breaches = Vec::new();
    let app = [("", &APP[..])];
    for (folder, allowed) in FLOORS.into_iter().chain(app) {
        let manifest = read(&root().join(folder).join("Cargo.toml"));
        let named = dependencies(&manifest);
        assert!(
            !named.is_empty(),
            "{folder}/Cargo.toml: no dependencies were read"
        );
        let ours = named.iter().filter(|name| name.starts_with("stave-"));
        breaches.extend(
            ours.filter(|n| !allowed.contains(&n.as_str()))
                .map(|n| format!("{folder}: {n}")),
        );
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn the_model_does_nothing_but_think() {
    let manifest = read(&root().join("src-tauri/model/Cargo.toml"));
    assert_eq!(dependencies(&manifest), ["thiserror"]);
}

#[test]
fn a_library_is_named_only_in_its_home() {
    let mut breaches = Vec::new();
    for path in files("src-tauri", &[".rs"]) {
        let shown = relative(&path);
        let source = read(&path);
        for (library, homes) in HOMES {
            if homes.iter().any(|home| shown.starts_with(home))
                || shown.starts_with("src-tauri/xtask")
            {
                continue;
            }
            let lines = code(&source)
                .into_iter()
                .filter(|(_, line)| names(line, library));
            breaches.extend(lines.map(|(at, line)| format!("{shown}:{at}: {}", line.trim())));
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn below_the_handle_nothing_knows_the_runtime() {
    let folders = ["model", "store", "vault", "catalog", "engine"]
        .map(|name| format!("src-tauri/{name}/src"));
    let sources = folders.iter().flat_map(|folder| files(folder, &[".rs"]));
    let mut breaches = Vec::new();
    for path in sources.filter(|path| !relative(path).starts_with("src-tauri/engine/src/handle")) {
        let source = read(&path);
        let lines = code(&source)
            .into_iter()
            .filter(|(_, line)| names(line, "tokio"));
        breaches
            .extend(lines.map(|(at, line)| format!("{}:{at}: {}", relative(&path), line.trim())));
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn files_keep_to_their_length() {
    let mut breaches = Vec::new();
    for path in files("src-tauri", &[".rs"]) {
        let length = read(&path)
            .split("\n#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default()
            .lines()
            .count();
        if length > RUST_FILE_MAX_LINES && !relative(&path).contains("/tests/") {
            breaches.push(format!("{}: {length} lines", relative(&path)));
        }
    }
    for path in files("ui/src", &[".svelte"]) {
        let length = read(&path).lines().count();
        if length > COMPONENT_MAX_LINES {
            breaches.push(format!("{}: {length} lines", relative(&path)));
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

/// Returns what a TypeScript or Svelte source imports.
fn imports(source: &str) -> Vec<String> {
    let from = source
        .match_indices(" from ")
        .map(|(at, word)| at + word.len());
    let dynamic = source
        .match_indices("import(")
        .map(|(at, word)| at + word.len());
    from.chain(dynamic)
        .filter_map(|at| {
            let quote = source[at..]
                .chars()
                .next()
                .filter(|c| *c == '"' || *c == '\'')?;
            source[at + 1..].split(quote).next().map(str::to_owned)
        })
        .collect()
}

#[test]
fn the_screens_keep_their_floors() {
    let mut breaches = Vec::new();
    let sources = files("ui/src", &[".ts", ".svelte"]);
    assert!(sources.len() > 20, "the screens were not found");
    for path in sources {
        let shown = relative(&path);
        for import in imports(&read(&path)) {
            let desktop =
                import.starts_with("@tauri-apps/") && !shown.starts_with("ui/src/lib/api/tauri.");
            let own_feature = shown
                .strip_prefix("ui/src/features/")
                .and_then(|rest| rest.split('/').next());
            let other_feature = import
                .split("features/")
                .nth(1)
                .and_then(|rest| rest.split('/').next());
            let neighbour =
                own_feature.is_some() && other_feature.is_some() && own_feature != other_feature;
            let parent = own_feature
                .and_then(|_| import.strip_prefix("../"))
                .is_some_and(|rest| {
                    let first = rest.split('/').next().unwrap_or_default();
                    first != ".." && Some(first) != own_feature && shown.matches('/').count() == 4
                });
            let component = shown.starts_with("ui/src/components/") && import.contains("lib/api");
            let upward = shown.starts_with("ui/src/lib/")
                && ["features/", "views/", "components/"]
                    .iter()
                    .any(|f| import.contains(f));
            if desktop || neighbour || parent || component || upward {
                breaches.push(format!("{shown}: {import}"));
            }
        }
    }
    assert_eq!(breaches, Vec::<String>::new());
}

#[test]
fn the_check_can_fail() {
    assert!(names("use tokio::sync::mpsc;", "tokio"));
    assert!(names("    let x = ring::aead::AES_256_GCM;", "ring"));
    assert!(!names("use crate::string::Thing;", "ring"));
    assert_eq!(
        dependencies(
            "[package]\n\n[dependencies]\na.workspace = true\nb = \"1\"\n\n[lints]\nc = 1\n"
        ),
        ["a", "b"]
    );
    assert_eq!(
        imports("import { x } from \"../a\";\nconst y = import('./b');"),
        ["../a", "./b"]
    );
}
