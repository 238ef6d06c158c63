//! Who may come into a bucket: pages of other origins, policies, the public.

use serde::Deserialize;
use stave_endpoint::{Simulator, simulate_actions as actions};
use tauri::State;

use crate::args::{self, Args, bucket};
use crate::bucket_policy;
use crate::cors::{self, RefusedPage};
use crate::errors::Answer;
use crate::keeper::Keeper;
use crate::public_access;
use crate::session::Session;
use crate::simulating;
use crate::views::{
    BucketAccess, BucketPolicyCheck, CorsCheck, CorsDraft, CorsQuestion, CorsRefusalView,
    CorsRuleView, CorsVerdict, CorsView, EffectiveAccess, PublicBlock, SimulateRequest, Simulation,
};

/// Asks for rules that let in what was refused.
#[derive(Debug, Deserialize)]
pub struct AllowRefused {
    bucket: String,
    origin: String,
    method: String,
    headers: Vec<String>,
}

#[tauri::command]
pub async fn bucket_cors(keeper: State<'_, Keeper>, bucket: String) -> Answer<CorsView> {
    let bucket = self::bucket(&bucket)?;
    Ok(cors::read(&*keeper.session()?.store, &bucket).await?)
}

#[tauri::command]
pub async fn check_cors(json: String) -> CorsCheck {
    cors::check(&json)
}

#[tauri::command]
pub async fn put_bucket_cors(
    keeper: State<'_, Keeper>,
    bucket: String,
    json: String,
) -> Answer<()> {
    let bucket = self::bucket(&bucket)?;
    cors::put(&*keeper.session()?.store, &bucket, &json).await
}

#[tauri::command]
pub async fn cors_json(rules: Vec<CorsRuleView>) -> Answer<String> {
    cors::json_of(rules)
}

#[tauri::command]
pub async fn cors_lab(keeper: State<'_, Keeper>, ask: Args<CorsQuestion>) -> Answer<CorsVerdict> {
    let Args(question) = ask;
    let session = keeper.session()?;
    let endpoint = session.gate.status().await.address();
    cors::lab(&*session.store, question, &endpoint).await
}

#[tauri::command]
pub async fn cors_refusals(keeper: State<'_, Keeper>) -> Answer<Vec<CorsRefusalView>> {
    // While the endpoint is off nobody is refused.
    let Ok(endpoint) = keeper.session()?.gate.endpoint().await else {
        return Ok(Vec::new());
    };
    let refusals = endpoint.cors_refusals().into_iter();
    Ok(refusals.map(CorsRefusalView::from).collect())
}

#[tauri::command]
pub async fn allow_refused(
    keeper: State<'_, Keeper>,
    ask: Args<AllowRefused>,
) -> Answer<CorsDraft> {
    let Args(ask) = ask;
    let bucket = bucket(&ask.bucket)?;
    let page = RefusedPage {
        origin: ask.origin,
        method: ask.method,
        headers: ask.headers,
    };
    cors::allow(&*keeper.session()?.store, &bucket, &page).await
}

#[tauri::command]
pub async fn bucket_access(keeper: State<'_, Keeper>, bucket: String) -> Answer<BucketAccess> {
    let bucket = self::bucket(&bucket)?;
    Ok(public_access::read(&*keeper.session()?.store, &bucket).await?)
}

#[tauri::command]
pub async fn check_bucket_policy(bucket: String, policy: String) -> Answer<BucketPolicyCheck> {
    Ok(bucket_policy::check(&policy, &self::bucket(&bucket)?))
}

#[tauri::command]
pub async fn put_bucket_policy(
    keeper: State<'_, Keeper>,
    bucket: String,
    policy: String,
) -> Answer<()> {
    let bucket = self::bucket(&bucket)?;
    public_access::put_policy(&*keeper.session()?.store, &bucket, policy).await
}

#[tauri::command]
pub async fn put_public_access(
    keeper: State<'_, Keeper>,
    bucket: String,
    block: PublicBlock,
) -> Answer<()> {
    let bucket = self::bucket(&bucket)?;
    public_access::put_block(&*keeper.session()?.store, &bucket, block).await
}

/// Asks who may do what with an object.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    bucket: String,
    key: String,
    version_id: Option<String>,
}

fn simulator(session: &Session) -> Simulator {
    simulating::simulator(&session.store, &session.identities)
}

#[tauri::command]
pub async fn effective_access(
    keeper: State<'_, Keeper>,
    ask: Args<Object>,
) -> Answer<EffectiveAccess> {
    let Args(ask) = ask;
    let object = args::object(&ask.bucket, &ask.key, ask.version_id.as_deref())?;
    simulating::effective(&simulator(&*keeper.session()?), &object).await
}

#[tauri::command]
pub async fn simulate(keeper: State<'_, Keeper>, ask: Args<SimulateRequest>) -> Answer<Simulation> {
    let Args(asked) = ask;
    simulating::simulate(&simulator(&*keeper.session()?), asked).await
}

#[tauri::command]
pub async fn simulate_actions() -> Vec<&'static str> {
    actions()
}
