//! Users, roles, sessions and links, in the hands of whoever has the vault open. Both answer by the same code:
//! a running process over its control socket, and this command where it opened the vault itself.

use std::sync::Arc;

use stave_endpoint::DEFAULT_REGION;
use stave_endpoint::control::{
    AccessAnswer, AccessDesk, AccessRequest, Request, Response, USUAL_ENDPOINT, answer_access,
};
use stave_engine::{Engine, LocalStore};

use crate::args::Global;
use crate::connect::{OpenVault, ask, close, misunderstood, open_vault, refused};
use crate::failure::{Exit, Failure, Outcome};
use crate::key_service::terminal;
use crate::vault::FoundVault;

/// Who has the vault open.
pub enum Access {
    /// Another process.
    Elsewhere(FoundVault),
    /// This command.
    Here(Arc<Engine>, LocalStore),
}

impl Access {
    /// Reaches them.
    pub async fn reach(global: &Global) -> Outcome<Self> {
        if global.endpoint_url.is_some() {
            return Err(
                Failure::new(Exit::Usage, "Cannot do this behind an endpoint.")
                    .why("This command works on a vault.")
                    .cure("Use `aws iam`, `aws sts` or `stave presign` there.")
                    .into(),
            );
        }
        Ok(match open_vault(global).await? {
            OpenVault::Elsewhere(found) => Self::Elsewhere(found),
            OpenVault::Here(engine) => {
                let store = LocalStore::new(Arc::clone(&engine)).acting_as(terminal());
                Self::Here(engine, store)
            }
        })
    }

    /// Asks.
    pub async fn ask(&self, request: AccessRequest) -> Outcome<AccessAnswer> {
        match self {
            Self::Elsewhere(found) => match ask(found, &Request::Access(request)).await? {
                Response::Access(answer) => Ok(*answer),
                _ => Err(misunderstood().into()),
            },
            Self::Here(_, store) => {
                let desk = AccessDesk {
                    identities: store,
                    links: store,
                    access_keys: store,
                    endpoint: USUAL_ENDPOINT,
                    region: DEFAULT_REGION,
                    served: false,
                };
                let answer = answer_access(&desk, request).await;
                Ok(answer.map_err(|refusal| refused(&refusal))?)
            }
        }
    }

    /// Asks for something that has nothing to tell.
    pub async fn tell(&self, request: AccessRequest) -> Outcome {
        match self.ask(request).await? {
            AccessAnswer::Done => Ok(()),
            _ => Err(misunderstood().into()),
        }
    }

    /// Lets go of the vault, where this command opened it.
    pub async fn close(self) {
        if let Self::Here(engine, store) = self {
            drop(store);
            close(engine).await;
        }
    }
}
