//! `stave serve`: a vault as an S3 endpoint, without a window.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use stave_endpoint::control::{self, ControlServer, LocalControl};
use stave_endpoint::{Endpoint, EndpointOptions, PortChoice, StartError};
use stave_engine::{ADMIN, CreateVault, Engine, LocalStore};
use stave_model::{AccessKeyId, AccessKeyStatus};
use stave_store::AccessKeys;

use crate::args::{Global, Serve};
use crate::connect::{close, variable};
use crate::context::Context;
use crate::engine_control::EngineControl;
use crate::failure::{Exit, Failure, Outcome, Stop, cannot};
use crate::key_service::terminal;
use crate::signals::StopSignals;
use crate::vault::{find, holder_of_new, open, unopened, vault_dir, way_in};

/// The port that is tried first where none was asked for.
const PREFERRED_PORT: u16 = 9000;

/// The variables that name the first access key of a new vault.
const FIRST_ID: &str = "STAVE_ACCESS_KEY_ID";
const FIRST_SECRET: &str = "STAVE_SECRET_ACCESS_KEY";

/// The one line on standard output. Its fields are a contract with the programs that start `stave
/// serve`.
#[derive(Debug, Serialize)]
struct Ready {
    endpoint: Option<String>,
    port: Option<u16>,
    region: &'static str,
    vault: PathBuf,
    vault_id: String,
    access_key_id: Option<String>,
    new_vault: bool,
    pid: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_access_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_words: Option<String>,
}

/// Where a vault comes from.
enum Origin {
    /// It was there.
    Found,
    /// It was made just now.
    Made {
        /// Its recovery words, where they are not in a file.
        words: Option<String>,
        /// Whether the first access key was minted, so that nobody knows its secret yet.
        minted: bool,
    },
}

/// A vault that was opened or made, and what must be told of it.
struct Opened {
    engine: Arc<Engine>,
    ready: Ready,
}

/// Serves until a signal says to end.
pub async fn serve(context: &mut Context, args: Serve) -> Outcome {
    let dir = vault_dir(&context.global)?;
    let opened = if let Some(found) = find(&dir)? {
        let holder = way_in(&context.global, &found.slots)?;
        let opening = open(&dir, holder).await;
        let engine = opening.map_err(|error| unopened(&dir, &error))?;
        opened(engine, Origin::Found).await
    } else {
        refuse_taken_port(args.port)?;
        make(&context.global, &dir).await
    }?;
    let engine = Arc::clone(&opened.engine);
    let outcome = serve_opened(context, args, opened).await;
    close(engine).await;
    outcome
}

/// An endpoint and the control socket that tells of it.
struct Running {
    endpoint: Arc<Endpoint>,
    control: Arc<LocalControl>,
    socket: ControlServer,
}

async fn serve_opened(context: &mut Context, args: Serve, opened: Opened) -> Outcome {
    let Opened { engine, mut ready } = opened;
    // Before anyone can read the ready line, so that a signal from then on ends in good order.
    let mut signals = StopSignals::listen();
    let key_file = context.global.key_file.clone();
    let running = match start(args, &engine, (&ready, key_file)).await {
        Ok(running) => running,
        Err(failure) => {
            // The secrets of a new vault are told once: also where nothing more comes of it.
            if ready.new_vault {
                announce(context, &ready)?;
            }
            return Err(failure.into());
        }
    };
    let endpoint = &running.endpoint;
    ready.endpoint = Some(endpoint.url());
    ready.port = Some(endpoint.port());
    announce(context, &ready)?;
    if let Some(taken) = endpoint.instead_of() {
        tracing::warn!("{taken}: listening on {} instead", endpoint.port());
    }
    tracing::info!(endpoint = %endpoint.url(), vault = %ready.vault.display(), "serving");
    drop(ready);
    signals.first().await;
    tracing::info!("ending: requests in progress may finish");
    running.control.set_endpoint(None);
    running.endpoint.shutdown().await;
    drop(running.socket);
    tracing::info!("ended");
    Ok(())
}

async fn start(
    args: Serve,
    engine: &Arc<Engine>,
    (ready, key_file): (&Ready, Option<PathBuf>),
) -> Result<Running, Failure> {
    let store = Arc::new(LocalStore::new(Arc::clone(engine)));
    let control = LocalControl::new(
        Arc::clone(&store) as Arc<_>,
        ready.vault_id.clone(),
        ready.vault.display().to_string(),
    );
    let vault = EngineControl::new(Arc::clone(engine), key_file);
    let control = control
        .with_vault(Arc::new(vault))
        .with_audit(Arc::clone(&store) as Arc<_>)
        .with_key_service(Arc::clone(&store) as Arc<_>)
        .with_people(at_terminal(&store), at_terminal(&store));
    let control = Arc::new(control);
    let path = stave_engine::places::control_socket_path(&engine.vault_id());
    let socket = control::serve(&path, Arc::clone(&control) as Arc<_>).await;
    let socket = socket.map_err(|error| {
        Failure::failed("Cannot listen on the control socket.")
            .because(&error)
            .cure("End the other process, or check the folder of the socket.")
    })?;
    let port = port_choice(args.port);
    let mut options = EndpointOptions::new(
        Arc::clone(&store) as Arc<_>,
        Arc::clone(&store) as Arc<_>,
        port,
    );
    options.identities = Some(Arc::clone(&store) as Arc<_>);
    options.links = Some(Arc::clone(&store) as Arc<_>);
    options.key_service = Some(Arc::clone(&store) as Arc<_>);
    options.audit = Some(store);
    let lockable = Arc::clone(engine);
    options.is_locked = Some(Arc::new(move || lockable.is_locked()));
    options.hosts = args.hosts;
    options.legacy_form_signatures = args.legacy_form_signatures;
    options.object_ownership = args.object_ownership;
    options.dialect = args.dialect;
    let endpoint = Endpoint::start(options).await;
    let endpoint = Arc::new(endpoint.map_err(|error| unstarted(&error))?);
    control.set_endpoint(Some(Arc::clone(&endpoint)));
    Ok(Running {
        endpoint,
        control,
        socket,
    })
}

/// Returns the store as whoever reaches the control socket uses it.
fn at_terminal(store: &LocalStore) -> Arc<LocalStore> {
    Arc::new(store.acting_as(terminal()))
}

/// Makes a vault.
async fn make(global: &Global, dir: &Path) -> Outcome<Opened> {
    let words_file = global.recovery_words_file.clone();
    if let Some(file) = &words_file {
        refuse_existing(file)?;
    }
    let first = first_access_key()?;
    let create = CreateVault {
        dir: dir.to_owned(),
        holder: holder_of_new(global)?,
        first_access_key: first.clone(),
    };
    let making = tokio::task::spawn_blocking(move || Engine::create(create)).await;
    let (engine, words) = match making {
        Ok(Ok(made)) => made,
        Ok(Err(error)) => return Err(unmade(dir, &unopened(dir, &error)).into()),
        Err(lost) => {
            return Err(Failure::failed("The vault was not made.")
                .because(&lost)
                .into());
        }
    };
    let words = words.expose().join(" ");
    let words = match &words_file {
        Some(file) => {
            write_words(file, &words)?;
            None
        }
        None => Some(words),
    };
    let minted = first.is_none();
    opened(engine, Origin::Made { words, minted }).await
}

/// Gathers what is told of a vault.
async fn opened(engine: Arc<Engine>, origin: Origin) -> Outcome<Opened> {
    let store = LocalStore::new(Arc::clone(&engine));
    let keys = store.list_access_keys().await;
    let keys = keys.map_err(cannot("list the access keys"))?;
    let key = keys
        .into_iter()
        .find(|key| key.user.as_str() == ADMIN && key.status == AccessKeyStatus::Active);
    let (new_vault, words, minted) = match origin {
        Origin::Found => (false, None, false),
        Origin::Made { words, minted } => (true, words, minted),
    };
    let secret_access_key = match key.as_ref().filter(|_| minted) {
        Some(key) => {
            let shown = store.access_key_secret(&key.id).await;
            let (_, secret) = shown.map_err(cannot("read the first access key"))?;
            Some(secret.expose_secret().to_owned())
        }
        None => None,
    };
    let ready = Ready {
        endpoint: None,
        port: None,
        region: stave_endpoint::DEFAULT_REGION,
        vault: engine.dir().to_owned(),
        vault_id: engine.vault_id().to_string(),
        access_key_id: key.map(|key| key.id.as_str().to_owned()),
        new_vault,
        pid: std::process::id(),
        secret_access_key,
        recovery_words: words,
    };
    Ok(Opened { engine, ready })
}

/// Writes the ready line. A server goes on though nobody reads it.
fn announce(context: &mut Context, ready: &Ready) -> Outcome {
    let line = serde_json::to_string(ready)
        .map_err(|error| Failure::failed("Cannot tell where the endpoint is.").because(&error))?;
    let written = context.output.line(line);
    match written.and_then(|()| context.output.flush()) {
        Err(Stop::PipeClosed) => Ok(()),
        outcome => outcome,
    }
}

fn port_choice(port: Option<u16>) -> PortChoice {
    match port {
        None => PortChoice::PreferredOrNext(PREFERRED_PORT),
        Some(0) => PortChoice::Any,
        Some(port) => PortChoice::Exactly(port),
    }
}

/// Looks at the port before a vault is made, so that a mistyped port leaves no vault behind.
fn refuse_taken_port(port: Option<u16>) -> Outcome {
    let Some(port @ 1..) = port else {
        return Ok(());
    };
    match std::net::TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::failed(format!("Cannot listen on port {port}."))
            .because(&error)
            .cure("Choose another --port, or leave it out for the next free one.")
            .into()),
    }
}

fn unstarted(error: &StartError) -> Failure {
    let (exit, cure) = match error {
        StartError::PortTaken(_) => (
            Exit::Failed,
            "Choose another --port, or leave it out for the next free one.",
        ),
        StartError::NoFreePort { .. } => (Exit::Failed, "Choose a free port with --port."),
        StartError::PortForbidden { .. } => (Exit::Failed, "Choose a --port above 1023."),
        StartError::Tls(_) => (Exit::Failed, "Make a new certificate, or turn TLS off."),
        StartError::HostName(_) => (Exit::Usage, "Give --host a name without scheme and port."),
        StartError::Listen(_) => (Exit::Failed, "Check the network settings of this computer."),
    };
    Failure::new(exit, "Cannot start the endpoint.")
        .because(error)
        .cure(cure)
}

/// Returns the first access key that the environment names.
fn first_access_key() -> Outcome<Option<(AccessKeyId, SecretString)>> {
    let refused = |why: String| {
        Failure::new(
            Exit::Usage,
            "Cannot take the first access key of the environment.",
        )
        .why(why)
        .cure(format!(
            "Set both {FIRST_ID} and {FIRST_SECRET}, or neither."
        ))
    };
    match (variable(FIRST_ID), variable(FIRST_SECRET)) {
        (None, None) => Ok(None),
        (Some(id), Some(secret)) => {
            let id = AccessKeyId::parse(&id).map_err(|e| refused(format!("{FIRST_ID}: {e}.")))?;
            Ok(Some((id, SecretString::from(secret))))
        }
        (Some(_), None) => Err(refused(format!("{FIRST_SECRET} is not set.")).into()),
        (None, Some(_)) => Err(refused(format!("{FIRST_ID} is not set.")).into()),
    }
}

fn refuse_existing(file: &Path) -> Outcome {
    if std::fs::symlink_metadata(file).is_err() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Conflict,
        format!("{} is there already.", file.display()),
    )
    .why("A new vault would write its recovery words there, over those of another one.")
    .cure("Name a file that does not exist, or the folder of the vault that the words open.")
    .into())
}

/// Writes the words where only this user may read them.
fn write_words(file: &Path, words: &str) -> Outcome {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(file)
        .and_then(|mut file| writeln!(file, "{words}").and_then(|()| file.sync_all()));
    written.map_err(|error| {
        // The vault is made: its words must reach the person by another way.
        crate::output::say(format_args!("recovery words: {words}"));
        Failure::failed(format!(
            "Cannot write the recovery words to {}.",
            file.display()
        ))
        .because(&error)
        .cure("Keep the words that were printed above.")
        .into()
    })
}

fn unmade(dir: &Path, reason: &Failure) -> Failure {
    Failure::new(
        reason.exit,
        format!("Cannot make a vault in {}.", dir.display()),
    )
    .why(reason.reason())
    .cure("Choose an empty folder that this user may write to, and a key file or passphrase.")
}
