//! The audit.

use tauri::State;

use crate::args::bucket as parse_bucket;
use crate::audit;
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::views::{AuditAsked, AuditExported, AuditRecords, AuditVerified};

#[tauri::command]
pub async fn audit_records(keeper: State<'_, Keeper>, query: AuditAsked) -> Answer<AuditRecords> {
    audit::records(&*keeper.session()?.audit, query).await
}

#[tauri::command]
pub async fn verify_audit(keeper: State<'_, Keeper>) -> Answer<AuditVerified> {
    audit::verify(&*keeper.session()?.audit).await
}

#[tauri::command]
pub async fn export_audit(
    keeper: State<'_, Keeper>,
    bucket: String,
    prefix: String,
    from: Option<i64>,
    to: Option<i64>,
) -> Answer<AuditExported> {
    let bucket = parse_bucket(&bucket)?;
    let session = keeper.session()?;
    audit::export(&*session.audit, bucket, prefix, (from, to)).await
}
