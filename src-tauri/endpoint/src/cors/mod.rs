//! Pages of other origins. A bucket's CORS rules let some of them in; all others stay outside, whatever they
//! sign. What a browser asks beforehand is answered before anyone is asked who they are, and what a page may
//! read stands on every answer, errors too: without it a browser hides even why it was refused. What no rule
//! let in is kept for the owner ([`CorsRefusal`]), who may try rules out ([`lab`]) and [`widen`] them.
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>

mod answer;
mod gate;
mod json;
mod lab;
mod refusals;
mod widen;

pub(crate) use gate::{CorsGate, answered, is_preflight};
pub use json::{CorsProblem, read_cors, rule_json, write_cors};
pub use lab::{Lab, LabAnswer, LabMiss, Question, lab};
pub use refusals::CorsRefusal;
pub(crate) use refusals::Refusals;
pub use widen::{Refused, WidenError, widen};
