//! The doctor of links.

use tauri::State;

use crate::errors::{Answer, Failure};
use crate::keeper::Keeper;
use crate::views::Diagnosis;

/// The longest text that the doctor reads.
const TEXT_MAX: usize = 64 * 1024;

#[tauri::command]
pub async fn diagnose_link(keeper: State<'_, Keeper>, text: String) -> Answer<Diagnosis> {
    if text.len() > TEXT_MAX {
        let message = format!("the doctor reads at most {TEXT_MAX} bytes");
        let hint = "Paste the link, or the request without its body.";
        return Err(Failure::refused("invalid_argument", &message, hint));
    }
    let endpoint = keeper.session()?.gate.endpoint().await?;
    Ok(endpoint.diagnose(&text).await.into())
}
