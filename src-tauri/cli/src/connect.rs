//! How a command reaches storage: an endpoint that was named, the process that has the vault open,
//! or the vault itself. Past this door everything is `dyn Store`.

use std::env;
use std::sync::Arc;

use secrecy::SecretString;
use stave_endpoint::control::{
    self, ControlError, Failure as Refusal, FailureCode, Request, Response, VaultRequest,
};
use stave_engine::{ADMIN, Engine, LocalStore, OpenError};
use stave_model::UserName;
use stave_remote::{Addressing, RemoteOptions, RemoteStore};
use stave_store::Store;

use crate::args::Global;
use crate::failure::{Exit, Failure, Outcome};
use crate::vault::{FoundVault, find_or_fail, open, unopened, way_in};

/// Storage that was reached.
pub struct Reached {
    /// The storage.
    pub store: Arc<dyn Store>,
    /// Who works on it.
    pub owner: UserName,
    /// The vault, where this command opened it itself.
    opened: Option<Arc<Engine>>,
}

impl Reached {
    /// Lets go of the vault, where this command opened it.
    pub async fn close(self) {
        if let Some(engine) = self.opened {
            close(engine).await;
        }
    }
}

/// Closes a vault off the runtime.
pub async fn close(engine: Arc<Engine>) {
    // A close that panicked has nothing left that could be closed.
    let _ = tokio::task::spawn_blocking(move || engine.close()).await;
}

/// An endpoint with a credential for it.
pub struct Credential {
    /// Its address.
    pub endpoint_url: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The id of the key.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: SecretString,
    /// The token of temporary credentials.
    pub session_token: Option<SecretString>,
}

/// The vault, in the hands of whoever has it open.
pub enum OpenVault {
    /// Another process, which answers on its control socket.
    Elsewhere(FoundVault),
    /// This command.
    Here(Arc<Engine>),
}

/// Reaches storage.
pub async fn reach(global: &Global) -> Outcome<Reached> {
    if let Some(credential) = named_endpoint(global)? {
        return by_credential(&credential);
    }
    match open_vault(global).await? {
        OpenVault::Elsewhere(found) => reach_served(&found).await,
        OpenVault::Here(engine) => Ok(Reached {
            store: Arc::new(LocalStore::new(Arc::clone(&engine))),
            owner: admin(),
            opened: Some(engine),
        }),
    }
}

/// Reaches storage in the hands of another process.
pub async fn reach_served(found: &FoundVault) -> Outcome<Reached> {
    by_credential(&session(found).await?)
}

/// Returns the vault's first user, as whom a command works on a vault that it opened itself.
pub fn admin() -> UserName {
    UserName::parse(ADMIN).expect("the name of the first user is a user name")
}

/// Finds who has the vault open: asks for another process, and opens the vault if there is none.
pub async fn open_vault(global: &Global) -> Outcome<OpenVault> {
    let found = find_or_fail(global)?;
    if is_served(&found).await? {
        return Ok(OpenVault::Elsewhere(found));
    }
    let holder = way_in(global, &found.slots)?;
    match open(&found.dir, holder).await {
        Ok(engine) => Ok(OpenVault::Here(engine)),
        // It may have been opened between the question and the try.
        Err(OpenError::InUse { .. }) if is_served(&found).await? => Ok(OpenVault::Elsewhere(found)),
        Err(error) => Err(unopened(&found.dir, &error).into()),
    }
}

/// Returns whether a process that has the vault open answers.
pub async fn is_served(found: &FoundVault) -> Outcome<bool> {
    match call(found, &Request::Status).await {
        Ok(_) => Ok(true),
        Err(ControlError::NotRunning) => Ok(false),
        Err(error) => Err(unanswered(&error).into()),
    }
}

/// Asks the process that has the vault open.
pub async fn ask(found: &FoundVault, request: &Request) -> Outcome<Response> {
    match call(found, request).await {
        Ok(Response::Failed(refusal)) => Err(refused(&refusal).into()),
        Ok(response) => Ok(response),
        Err(error) => Err(unanswered(&error).into()),
    }
}

async fn call(found: &FoundVault, request: &Request) -> Result<Response, ControlError> {
    let socket = stave_engine::places::control_socket_path(&found.id);
    control::call(&socket, request).await
}

/// Asks for a credential that lives as long as the process that has the vault open.
pub async fn session(found: &FoundVault) -> Outcome<Credential> {
    refuse_locked(found).await?;
    match ask(found, &Request::Session { user: None }).await? {
        Response::Session {
            endpoint,
            region,
            access_key_id,
            secret_access_key,
        } => Ok(Credential {
            endpoint_url: endpoint,
            region,
            access_key_id,
            secret_access_key: secret_access_key.into_inner(),
            session_token: None,
        }),
        _ => Err(misunderstood().into()),
    }
}

/// A locked vault is told as such before its endpoint is asked, which would only answer 503.
pub async fn refuse_locked(found: &FoundVault) -> Outcome {
    match call(found, &Request::Vault(VaultRequest::Status)).await {
        Ok(Response::Vault(info)) if info.locked => {
            Err(Failure::new(Exit::Vault, "The vault is locked.")
                .why("Another process has it open, and somebody locked it there.")
                .cure("Unlock it: `stave vault unlock`.")
                .into())
        }
        _ => Ok(()),
    }
}

/// Says that the running process answered something else than it was asked.
pub fn misunderstood() -> Failure {
    Failure::failed("The process that has the vault open answered something unknown.")
        .why("It is of another version than this command.")
        .cure("End it and start the same version as this command.")
}

/// Returns the endpoint that was named on the command line, with the credentials of the
/// environment.
pub fn named_endpoint(global: &Global) -> Outcome<Option<Credential>> {
    let Some(endpoint_url) = global.endpoint_url.clone() else {
        return Ok(None);
    };
    let (Some(access_key_id), Some(secret)) = (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    ) else {
        return Err(
            Failure::new(Exit::Denied, "Cannot sign requests to the endpoint.")
                .why("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set.")
                .cure("Set both, then try again.")
                .into(),
        );
    };
    Ok(Some(Credential {
        endpoint_url,
        region: global.region.clone(),
        access_key_id,
        secret_access_key: SecretString::from(secret),
        session_token: variable("AWS_SESSION_TOKEN").map(SecretString::from),
    }))
}

/// Returns a variable of the environment that is set to something.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn by_credential(credential: &Credential) -> Outcome<Reached> {
    let options = RemoteOptions {
        endpoint_url: Some(credential.endpoint_url.clone()),
        region: credential.region.clone(),
        access_key_id: credential.access_key_id.clone(),
        secret_access_key: credential.secret_access_key.clone(),
        session_token: credential.session_token.clone(),
        addressing: Addressing::Path,
    };
    let store = RemoteStore::connect(&options).map_err(|error| {
        Failure::new(Exit::Usage, "Cannot use the endpoint.")
            .because(&error)
            .cure("Write it as http://host:port or https://host.")
    })?;
    Ok(Reached {
        store: Arc::new(store),
        owner: admin(),
        opened: None,
    })
}

fn unanswered(error: &ControlError) -> Failure {
    Failure::new(
        Exit::Vault,
        "Cannot talk to the process that has the vault open.",
    )
    .because(error)
    .cure("End that process and start it again; `stave doctor` names it.")
}

/// Says why the process that has the vault open refused.
pub fn refused(refusal: &Refusal) -> Failure {
    let (exit, cure) = match refusal.code {
        FailureCode::Invalid => (Exit::Usage, "Change the request as the reason says."),
        FailureCode::EndpointOff => (Exit::Vault, "Turn the endpoint on in the window."),
        FailureCode::NoSuchAccessKey => (
            Exit::NotFound,
            "See the keys with `stave access-keys list`.",
        ),
        FailureCode::AccessKeyExists => {
            (Exit::Conflict, "Choose another id, or let one be minted.")
        }
        FailureCode::NotFound => (
            Exit::NotFound,
            "See what there is with `stave users list` or `stave links list`.",
        ),
        FailureCode::Conflict => (
            Exit::Conflict,
            "Choose another name, or remove first what the reason names.",
        ),
        FailureCode::Locked => (Exit::Vault, "Unlock it: `stave vault unlock`."),
        FailureCode::WrongSecret => (
            Exit::Vault,
            "Try again; capitals, the order of words and the right vault matter.",
        ),
        FailureCode::NotOffered => (
            Exit::Failed,
            "Do it in the window, or end that process and repeat the command.",
        ),
        FailureCode::Failed => (Exit::Failed, "Run `stave doctor`."),
    };
    Failure::new(exit, "The vault refused.")
        .why(format!("{}.", refusal.message.trim_end_matches('.')))
        .cure(cure)
}
