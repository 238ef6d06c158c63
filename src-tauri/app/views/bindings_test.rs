//! Holds the committed TypeScript to the structs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use ts_rs::{Config, TS};

use super::*;
use crate::errors::Failure;

/// With this variable set, the test writes what it otherwise compares.
const WRITE: &str = "STAVE_WRITE_BINDINGS";

#[test]
fn export_bindings_are_what_the_screen_was_built_with() {
    let fresh = tempfile::tempdir().unwrap();
    export(fresh.path());
    let made = files(fresh.path());
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/api/bindings");
    if env::var_os(WRITE).is_some() {
        write(&committed, &made);
    }
    let kept = files(&committed);
    for (name, text) in &made {
        assert_eq!(
            kept.get(name),
            Some(text),
            "{} is stale; run `cargo xtask bindings`",
            name.display()
        );
    }
    assert_eq!(
        made.len(),
        kept.len(),
        "a binding that nothing makes any more"
    );
}

#[allow(clippy::too_many_lines)] // The list of all views.
fn export(folder: &Path) {
    let config = Config::new().with_out_dir(folder).with_large_int("number");
    macro_rules! export_all {
        ($($view:ty),+ $(,)?) => { $(<$view>::export_all(&config).unwrap();)+ };
    }
    export_all!(
        AccessKeySecret,
        AccessKeyView,
        AppInfo,
        AuditAsked,
        AuditExported,
        AuditRecords,
        AuditVerified,
        BucketAccess,
        BucketEncryptionView,
        BucketPolicyCheck,
        BucketSettings,
        BucketView,
        ChangeView,
        CorsCheck,
        CorsDraft,
        CorsQuestion,
        CorsRefusalView,
        CorsVerdict,
        CorsView,
        CustomerKeyGiven,
        CustomerKeyKept,
        CustomerKeyView,
        DeleteResult,
        Diagnosis,
        DrillResult,
        DropEvent,
        EffectiveAccess,
        EndpointStatus,
        Failure,
        IdentityDetails,
        IdentityView,
        JobStarted,
        KeyDetails,
        LinkOpening,
        LinkRequest,
        LinkView,
        ListingProgress,
        ListingRequest,
        ListingRows,
        NetworkShareView,
        NewHolder,
        ObjectPartsView,
        ObjectView,
        PreviewView,
        PolicyCheck,
        PolicyTemplate,
        PublicBlock,
        Purpose,
        RecoverySheet,
        ReencryptTo,
        RequestView,
        SelectionSummary,
        ShareLink,
        SimulateRequest,
        Simulation,
        Snippet,
        TransferView,
        Undone,
        UploadsAborted,
        UploadsView,
        VaultCreated,
        VaultStatus,
        VersionView,
    );
}

fn write(folder: &Path, made: &BTreeMap<PathBuf, String>) {
    // Only the generated folder's own files are replaced; stale ones go.
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    fs::create_dir_all(folder).unwrap();
    for (name, text) in made {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap();
            (PathBuf::from(entry.file_name()), text)
        })
        .collect()
}
