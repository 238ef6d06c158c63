//! The control socket of a running process.

use std::path::PathBuf;
use std::sync::Arc;

use stave_endpoint::Endpoint;
use stave_endpoint::control::{
    ControlError, ControlServer, FailureCode, KeyStatus, LocalControl, Request, Response, call,
    serve,
};
use tempfile::TempDir;

use crate::kit::{ADMIN_KEY, Served};

struct Controlled {
    served: Served,
    folder: TempDir,
    control: Arc<LocalControl>,
    _listening: ControlServer,
}

impl Controlled {
    async fn new() -> Self {
        let served = Served::empty().await;
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(served.store.clone());
        let control = LocalControl::new(store, "00ff".to_owned(), "/vault".to_owned());
        let control = Arc::new(control);
        let path = folder.path().join("private/control");
        let listening = serve(&path, control.clone()).await.unwrap();
        Self {
            served,
            folder,
            control,
            _listening: listening,
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("private/control")
    }

    async fn ask(&self, request: Request) -> Response {
        call(&self.path(), &request).await.unwrap()
    }

    async fn endpoint_of_its_own(&self) -> Arc<Endpoint> {
        let store = Arc::new(self.served.store.clone());
        let options = stave_endpoint::EndpointOptions::new(
            store.clone(),
            store,
            stave_endpoint::PortChoice::Any,
        );
        Arc::new(Endpoint::start(options).await.unwrap())
    }
}

#[track_caller]
fn failed_with(response: Response, code: FailureCode) {
    match response {
        Response::Failed(failure) => assert_eq!(failure.code, code, "{failure:?}"),
        other => panic!("not {other:?}"),
    }
}

#[tokio::test]
async fn a_process_tells_what_it_is_and_where_its_endpoint_is() {
    let controlled = Controlled::new().await;
    let status = |response| match response {
        Response::Status(status) => status,
        other => panic!("not {other:?}"),
    };
    let off = status(controlled.ask(Request::Status).await);
    assert_eq!((off.endpoint, off.pid), (None, std::process::id()));
    assert_eq!(
        (off.vault_id.as_str(), off.vault_dir.as_str()),
        ("00ff", "/vault")
    );
    let endpoint = controlled.endpoint_of_its_own().await;
    controlled.control.set_endpoint(Some(endpoint.clone()));
    let on = status(controlled.ask(Request::Status).await);
    assert_eq!(on.endpoint, Some(endpoint.url()));
}

#[tokio::test]
async fn a_session_opens_the_endpoint_as_long_as_it_runs() {
    let controlled = Controlled::new().await;
    let session = Request::Session { user: None };
    failed_with(
        controlled.ask(session.clone()).await,
        FailureCode::EndpointOff,
    );
    let endpoint = controlled.endpoint_of_its_own().await;
    controlled.control.set_endpoint(Some(endpoint));
    let Response::Session {
        endpoint,
        region,
        access_key_id,
        secret_access_key,
    } = controlled.ask(session).await
    else {
        panic!("no session");
    };
    assert_eq!(region, "us-east-1");
    assert!(!format!("{secret_access_key:?}").contains('='));
    let secret = serde_json::to_value(&secret_access_key).unwrap();
    let config = controlled
        .served
        .config(&access_key_id, secret.as_str().unwrap());
    let config = config.endpoint_url(endpoint).force_path_style(true);
    let s3 = aws_sdk_s3::Client::from_conf(config.build());
    s3.create_bucket().bucket("photos").send().await.unwrap();
}

#[tokio::test]
async fn access_keys_are_added_listed_turned_off_and_removed() {
    let controlled = Controlled::new().await;
    let add = |user: &str, id: &str| Request::AccessKeysAdd {
        user: user.to_owned(),
        access_key_id: Some(id.to_owned()),
        secret_access_key: None,
    };
    let Response::AccessKeyAdded { key, .. } = controlled.ask(add("bea", "BEASKEY")).await else {
        panic!("no key");
    };
    assert_eq!(
        (key.access_key_id.as_str(), key.user.as_str()),
        ("BEASKEY", "bea")
    );
    failed_with(
        controlled.ask(add("bea", "BEASKEY")).await,
        FailureCode::AccessKeyExists,
    );
    failed_with(
        controlled.ask(add("b e a", "OTHERKEY")).await,
        FailureCode::Invalid,
    );
    let set = |id: &str| Request::AccessKeysSetStatus {
        access_key_id: id.to_owned(),
        status: KeyStatus::Inactive,
    };
    assert!(matches!(
        controlled.ask(set("BEASKEY")).await,
        Response::Done
    ));
    failed_with(
        controlled.ask(set("NOBODYS")).await,
        FailureCode::NoSuchAccessKey,
    );
    let listed = || async {
        match controlled.ask(Request::AccessKeysList).await {
            Response::AccessKeys { keys } => keys,
            other => panic!("not {other:?}"),
        }
    };
    let keys = listed().await;
    let told: Vec<_> = keys
        .iter()
        .map(|k| (k.access_key_id.as_str(), k.status))
        .collect();
    assert_eq!(
        told,
        [
            (ADMIN_KEY, KeyStatus::Active),
            ("BEASKEY", KeyStatus::Inactive)
        ]
    );
    let delete = Request::AccessKeysDelete {
        access_key_id: "BEASKEY".to_owned(),
    };
    assert!(matches!(controlled.ask(delete).await, Response::Done));
    assert_eq!(listed().await.len(), 1);
}

#[tokio::test]
async fn where_nobody_listens_no_process_runs() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = call(&folder.path().join("control"), &Request::Status).await;
    assert!(
        matches!(nobody, Err(ControlError::NotRunning)),
        "{nobody:?}"
    );
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::PermissionsExt as _;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::UnixStream;

    use super::*;

    #[tokio::test]
    async fn the_socket_is_its_owners_alone() {
        let controlled = Controlled::new().await;
        let mode =
            |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let path = controlled.path();
        assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
    }

    #[tokio::test]
    async fn a_socket_that_answers_is_in_use_and_a_dead_one_is_taken_over() {
        let controlled = Controlled::new().await;
        let path = controlled.path();
        let second = serve(&path, controlled.control.clone()).await;
        assert!(matches!(second, Err(ControlError::InUse)), "{second:?}");
        let dead = controlled.folder.path().join("dead");
        // A process that is killed leaves its socket behind.
        drop(std::os::unix::net::UnixListener::bind(&dead).unwrap());
        let asked = call(&dead, &Request::Status).await;
        assert!(matches!(asked, Err(ControlError::NotRunning)), "{asked:?}");
        let _taken = serve(&dead, controlled.control.clone()).await.unwrap();
        assert!(matches!(
            call(&dead, &Request::Status).await,
            Ok(Response::Status(_))
        ));
    }

    #[tokio::test]
    async fn what_is_no_request_is_refused_and_the_next_is_answered() {
        let controlled = Controlled::new().await;
        let mut stream = UnixStream::connect(controlled.path()).await.unwrap();
        let lines = "nonsense\n{\"request\":\"shutdown\"}\n{\"request\":\"status\"}\n";
        stream.write_all(lines.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answers = String::new();
        stream.read_to_string(&mut answers).await.unwrap();
        let answers: Vec<&str> = answers.lines().collect();
        assert_eq!(answers.len(), 3);
        assert!(
            answers[0].contains("\"code\":\"invalid\""),
            "{}",
            answers[0]
        );
        assert!(
            answers[1].contains("\"code\":\"invalid\""),
            "{}",
            answers[1]
        );
        assert!(
            answers[2].contains("\"response\":\"status\""),
            "{}",
            answers[2]
        );
    }
}
