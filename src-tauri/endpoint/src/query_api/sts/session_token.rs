//! `GetSessionToken`: a user's own credentials for a while.

use stave_store::NewSession;

use super::credentials::told;
use crate::query_api::answer::{Answer, Fault, Outcome};
use crate::query_api::call::Call;
use crate::query_api::errors::from_store;

/// The shortest session, a quarter of an hour; in seconds.
pub(super) const SHORTEST: u32 = 900;

/// The longest, a day and a half.
const LONGEST: u32 = 129_600;

/// How long it is where nobody says so: twelve hours.
const DEFAULT: u32 = 43_200;

pub(super) async fn get(call: &Call<'_>) -> Outcome<Answer> {
    if call.by.session.is_some() {
        return Err(Fault::denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    call.params.refuse(&["SerialNumber", "TokenCode"])?;
    let seconds = call.params.number("DurationSeconds", SHORTEST, LONGEST)?;
    let new = NewSession {
        identity: call.user.clone(),
        name: call.user.to_string(),
        issued_by: call.user.clone(),
        seconds: seconds.unwrap_or(DEFAULT),
        policy: None,
    };
    let made = call.identities.begin_session(new).await;
    Ok(Answer::Result(told(&made.map_err(from_store)?)))
}
