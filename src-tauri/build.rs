//! Tells Tauri the app's own commands, so that each needs a permission of its own in
//! `capabilities/`.

use std::path::Path;
use std::{fs, io};

/// Every command that the window may be allowed. One that is missing here is refused to every
/// window.
const COMMANDS: &[&str] = &[
    "vault_status",
    "vault_create",
    "vault_confirm_recovery",
    "vault_unlock",
    "vault_lock",
    "list_buckets",
    "create_bucket",
    "delete_bucket",
    "set_versioning",
    "check_bucket_name",
    "bucket_settings",
    "put_bucket_tags",
    "put_bucket_ownership",
    "put_bucket_payer",
    "put_bucket_logging",
    "put_bucket_website",
    "list_uploads",
    "abort_upload",
    "abort_old_uploads",
    "open_listing",
    "listing_rows",
    "listing_find",
    "close_listing",
    "select_summary",
    "object_details",
    "object_versions",
    "create_folder",
    "rename_object",
    "rename_folder",
    "delete_objects",
    "undo_delete",
    "restore_version",
    "undelete_object",
    "delete_version",
    "preview_object",
    "object_parts",
    "put_object_tags",
    "pick_and_upload",
    "upload_paths",
    "upload_dropped",
    "pick_and_download",
    "list_transfers",
    "cancel_transfer",
    "retry_transfer",
    "clear_transfers",
    "share_link",
    "endpoint_status",
    "endpoint_start",
    "endpoint_stop",
    "list_access_keys",
    "add_access_key",
    "set_access_key_active",
    "delete_access_key",
    "reveal_access_key",
    "snippets",
    "list_kms_keys",
    "kms_key",
    "create_kms_key",
    "set_kms_key_enabled",
    "describe_kms_key",
    "set_kms_key_tags",
    "add_kms_alias",
    "remove_kms_alias",
    "move_kms_alias",
    "set_kms_rotation",
    "rotate_kms_key",
    "check_key_policy",
    "put_key_policy",
    "schedule_kms_deletion",
    "cancel_kms_deletion",
    "revoke_kms_grant",
    "audit_records",
    "verify_audit",
    "export_audit",
    "bucket_encryption",
    "set_bucket_encryption",
    "reencrypt",
    "list_customer_keys",
    "keep_customer_key",
    "forget_customer_key",
    "download_with_customer_key",
    "upload_with_customer_key",
    "vault_change_passphrase",
    "vault_rotate_root",
    "vault_renew_recovery",
    "vault_drill",
    "recovery_sheet",
    "set_idle_lock",
    "set_lock_on_suspend",
    "vault_scrub",
    "bucket_cors",
    "check_cors",
    "put_bucket_cors",
    "cors_json",
    "cors_lab",
    "cors_refusals",
    "allow_refused",
    "bucket_access",
    "check_bucket_policy",
    "put_bucket_policy",
    "put_public_access",
    "list_identities",
    "identity",
    "create_user",
    "create_role",
    "delete_identity",
    "check_identity_policy",
    "put_identity_policy",
    "delete_identity_policy",
    "put_trust_policy",
    "revoke_sessions",
    "policy_templates",
    "make_link",
    "list_links",
    "revoke_link",
    "forget_link",
    "link_log",
    "share_on_network",
    "network_share",
    "stop_network_share",
    "set_tls",
    "new_certificate",
    "inspect_requests",
    "clear_requests",
    "effective_access",
    "simulate",
    "simulate_actions",
    "diagnose_link",
    "app_info",
    "settings_get",
    "settings_put",
];

/// Stands in for the screen until it is built: the app's compilation embeds `ui/dist`.
const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<title>Stave</title>\
<p>The screen is not built yet. Run <code>cargo xtask run</code>.</p></html>\n";

fn main() {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=icons");
    println!("cargo:rerun-if-changed=ui/dist");
    ensure_dist().expect("ui/dist can be written");
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are in order");
}

/// Makes `ui/dist/index.html` if a fresh clone has none.
fn ensure_dist() -> io::Result<()> {
    let dist = Path::new("ui/dist");
    let index = dist.join("index.html");
    if index.exists() {
        return Ok(());
    }
    fs::create_dir_all(dist)?;
    fs::write(index, PLACEHOLDER)
}
