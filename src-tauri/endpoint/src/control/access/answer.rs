//! The answers, by whoever has the vault open.

use stave_model::{
    AccessKeyId, BucketName, Clock as _, Identity, IdentityKind, InlinePolicy, Link, LinkAudience,
    LinkOutcome, LinkState, LinkTarget, LinkVisit, ObjectKey, PolicyName, Session, SystemClock,
    UserName, VersionId,
};
use stave_store::{AccessKeys, Identities, Links, NewIdentity, NewLink, RoleChange};

use super::address::{Place, address};
use super::{
    AccessAnswer, AccessRequest, IdentityInfo, LinkInfo, LinkTargetInfo, LinkWish, SessionInfo,
    VisitInfo,
};
use crate::control::handler::key_info;
use crate::control::messages::{Failure, FailureCode};

/// How many of each are on a page: each page fits a line, however long their names are.
const IDENTITIES_PAGE: usize = 100;
const SESSIONS_PAGE: usize = 500;
const LINKS_PAGE: usize = 50;
const VISITS_PAGE: usize = 250;

/// What answers, and the endpoint that links are told for.
#[derive(Clone, Copy)]
pub struct AccessDesk<'d> {
    /// Users, roles and sessions.
    pub identities: &'d dyn Identities,
    /// Links.
    pub links: &'d dyn Links,
    /// Access keys.
    pub access_keys: &'d dyn AccessKeys,
    /// The URL of the endpoint, or the one that it usually has.
    pub endpoint: &'d str,
    /// Its region.
    pub region: &'d str,
    /// Whether it answers now.
    pub served: bool,
}

/// Answers what is asked of users, roles, sessions and links.
pub async fn answer_access(
    desk: &AccessDesk<'_>,
    request: AccessRequest,
) -> Result<AccessAnswer, Failure> {
    use AccessRequest as R;
    match request {
        R::ListIdentities { .. }
        | R::ShowIdentity { .. }
        | R::CreateIdentity { .. }
        | R::ChangeRole { .. }
        | R::DeleteIdentity { .. } => desk.identity(request).await,
        R::ShowPolicy { .. } | R::PutPolicy { .. } | R::DeletePolicy { .. } => {
            desk.policy(request).await
        }
        R::ListSessions { .. } | R::EndSessions { .. } => desk.session(request).await,
        R::MakeLink { .. }
        | R::ListLinks { .. }
        | R::ShowLink { .. }
        | R::LinkLog { .. }
        | R::RevokeLink { .. }
        | R::ForgetLink { .. } => desk.link(request).await,
    }
}

impl AccessDesk<'_> {
    async fn identity(&self, request: AccessRequest) -> Result<AccessAnswer, Failure> {
        match request {
            AccessRequest::CreateIdentity {
                name,
                description,
                trust,
                session_secs,
            } => {
                let kind = match trust {
                    Some(_) => IdentityKind::Role,
                    None => IdentityKind::User,
                };
                let new = NewIdentity {
                    name: UserName::parse(&name)?,
                    kind,
                    description,
                    trust,
                    session_secs,
                };
                let made = self.identities.create_identity(new).await?;
                self.shown(&made.name).await
            }
            AccessRequest::ChangeRole {
                name,
                description,
                trust,
                session_secs,
            } => {
                let change = RoleChange {
                    description,
                    trust,
                    session_secs,
                };
                let name = UserName::parse(&name)?;
                self.identities.change_role(&name, change).await?;
                self.shown(&name).await
            }
            AccessRequest::DeleteIdentity { name } => {
                let name = UserName::parse(&name)?;
                self.identities.delete_identity(&name).await?;
                Ok(AccessAnswer::Done)
            }
            AccessRequest::ShowIdentity { name } => self.shown(&UserName::parse(&name)?).await,
            AccessRequest::ListIdentities { skip } => {
                let all = self.identities.list_identities().await?;
                let (page, next) = page(&all, skip, IDENTITIES_PAGE);
                let identities = page.iter().map(identity_info).collect();
                Ok(AccessAnswer::Identities { identities, next })
            }
            _ => Err(misplaced()),
        }
    }

    async fn shown(&self, name: &UserName) -> Result<AccessAnswer, Failure> {
        let rights = self.identities.rights_of(name).await?;
        let keys = self.access_keys.list_access_keys().await?;
        let own = keys.iter().filter(|key| key.user == *name);
        let policies = rights.policies.iter();
        Ok(AccessAnswer::Identity {
            identity: identity_info(&rights.identity),
            trust: rights.identity.trust.clone(),
            policies: policies.map(|one| one.name.as_str().to_owned()).collect(),
            keys: own.map(key_info).collect(),
            sessions: self.identities.list_sessions(name).await?.len(),
        })
    }

    async fn policy(&self, request: AccessRequest) -> Result<AccessAnswer, Failure> {
        match request {
            AccessRequest::ShowPolicy { identity, policy } => {
                let (identity, policy) = (UserName::parse(&identity)?, PolicyName::parse(&policy)?);
                let rights = self.identities.rights_of(&identity).await?;
                let found = rights.policies.into_iter().find(|one| one.name == policy);
                let absent = || stave_store::Error::NoSuchIdentityPolicy { identity, policy };
                let found = found.ok_or_else(absent)?;
                Ok(AccessAnswer::Policy {
                    document: found.document,
                })
            }
            AccessRequest::PutPolicy {
                identity,
                policy,
                document,
            } => {
                let name = PolicyName::parse(&policy)?;
                let policy = InlinePolicy { name, document };
                let identity = UserName::parse(&identity)?;
                self.identities
                    .put_identity_policy(&identity, policy)
                    .await?;
                Ok(AccessAnswer::Done)
            }
            AccessRequest::DeletePolicy { identity, policy } => {
                let (identity, policy) = (UserName::parse(&identity)?, PolicyName::parse(&policy)?);
                let deleted = self.identities.delete_identity_policy(&identity, &policy);
                deleted.await?;
                Ok(AccessAnswer::Done)
            }
            _ => Err(misplaced()),
        }
    }

    async fn session(&self, request: AccessRequest) -> Result<AccessAnswer, Failure> {
        match request {
            AccessRequest::ListSessions { identity, skip } => {
                let identity = UserName::parse(&identity)?;
                let all = self.identities.list_sessions(&identity).await?;
                let (page, next) = page(&all, skip, SESSIONS_PAGE);
                let sessions = page.iter().map(session_info).collect();
                Ok(AccessAnswer::Sessions { sessions, next })
            }
            AccessRequest::EndSessions { identity } => {
                let identity = UserName::parse(&identity)?;
                let sessions = self.identities.end_sessions(&identity).await?;
                Ok(AccessAnswer::SessionsEnded { sessions })
            }
            _ => Err(misplaced()),
        }
    }

    async fn link(&self, request: AccessRequest) -> Result<AccessAnswer, Failure> {
        match request {
            AccessRequest::MakeLink { link } => {
                let (link, secret) = self.links.make_link(new_link(link)?).await?;
                self.addressed(&link, secret)
            }
            AccessRequest::ShowLink { id } => {
                let (link, secret) = self.links.link(&link_id(&id)?).await?;
                self.addressed(&link, secret)
            }
            AccessRequest::ListLinks { skip } => {
                let all = self.links.list_links().await?;
                let (page, next) = page(&all, skip, LINKS_PAGE);
                let links = page.iter().map(link_info).collect();
                Ok(AccessAnswer::Links { links, next })
            }
            AccessRequest::LinkLog { id, skip } => {
                let all = self.links.link_log(&link_id(&id)?).await?;
                let (page, next) = page(&all, skip, VISITS_PAGE);
                let visits = page.iter().map(visit_info).collect();
                Ok(AccessAnswer::Visits { visits, next })
            }
            AccessRequest::RevokeLink { id } => {
                let link = self.links.revoke_link(&link_id(&id)?).await?;
                let link = link_info(&link);
                Ok(AccessAnswer::LinkRevoked { link })
            }
            AccessRequest::ForgetLink { id } => {
                self.links.forget_link(&link_id(&id)?).await?;
                Ok(AccessAnswer::Done)
            }
            _ => Err(misplaced()),
        }
    }

    fn addressed(
        &self,
        link: &Link,
        secret: secrecy::SecretString,
    ) -> Result<AccessAnswer, Failure> {
        let place = Place {
            endpoint: self.endpoint,
            region: self.region,
            served: self.served,
        };
        let address = address(link, secret, &place).map_err(|error| Failure {
            code: FailureCode::Invalid,
            message: error.to_string(),
        })?;
        Ok(AccessAnswer::Link {
            link: link_info(link),
            address,
        })
    }
}

/// Returns a page, and where the next one begins.
fn page<T>(all: &[T], skip: usize, size: usize) -> (&[T], Option<usize>) {
    let rest = all.get(skip..).unwrap_or_default();
    let page = &rest[..rest.len().min(size)];
    let end = skip.saturating_add(page.len());
    (page, (end < all.len()).then_some(end))
}

fn link_id(id: &str) -> Result<AccessKeyId, Failure> {
    Ok(AccessKeyId::parse(id)?)
}

fn new_link(wish: LinkWish) -> Result<NewLink, Failure> {
    let target = match wish.target {
        LinkTargetInfo::Get {
            bucket,
            key,
            version,
        } => LinkTarget::Get {
            bucket: BucketName::parse(&bucket)?,
            key: ObjectKey::parse(&key)?,
            version: version.as_deref().map(VersionId::parse).transpose()?,
        },
        LinkTargetInfo::Put {
            bucket,
            key,
            content_type,
            max_bytes,
        } => LinkTarget::Put {
            bucket: BucketName::parse(&bucket)?,
            key: ObjectKey::parse(&key)?,
            content_type,
            max_bytes,
        },
        LinkTargetInfo::Post {
            bucket,
            prefix,
            content_type,
            min_bytes,
            max_bytes,
        } => LinkTarget::Post {
            bucket: BucketName::parse(&bucket)?,
            prefix,
            content_type,
            min_bytes,
            max_bytes,
        },
    };
    Ok(NewLink {
        user: UserName::parse(&wish.user)?,
        title: wish.title,
        target,
        audience: LinkAudience::Computer,
        seconds: wish.seconds,
        max_uses: wish.max_uses,
    })
}

fn identity_info(identity: &Identity) -> IdentityInfo {
    let kind = match identity.kind {
        IdentityKind::User => "user",
        IdentityKind::Role => "role",
    };
    IdentityInfo {
        name: identity.name.as_str().to_owned(),
        kind: kind.to_owned(),
        arn: identity.arn(),
        created_ms: identity.created.as_millis(),
        description: identity.description.clone(),
        session_secs: identity.session_secs,
    }
}

fn session_info(session: &Session) -> SessionInfo {
    SessionInfo {
        id: session.id.as_str().to_owned(),
        name: session.name.clone(),
        issued_by: session.issued_by.as_str().to_owned(),
        issued_ms: session.issued.as_millis(),
        expires_ms: session.expires.as_millis(),
        bounded: session.policy.is_some(),
    }
}

fn link_info(link: &Link) -> LinkInfo {
    let state = match link.state(SystemClock.now()) {
        LinkState::Live => "live",
        LinkState::Expired => "expired",
        LinkState::Revoked => "revoked",
        LinkState::UsedUp => "used-up",
    };
    let audience = match link.audience {
        LinkAudience::Computer => "computer",
        LinkAudience::Network => "network",
    };
    LinkInfo {
        id: link.id.as_str().to_owned(),
        user: link.user.as_str().to_owned(),
        title: link.title.clone(),
        target: target_info(&link.target),
        audience: audience.to_owned(),
        state: state.to_owned(),
        created_ms: link.created.as_millis(),
        expires_ms: link.expires.as_millis(),
        max_uses: link.max_uses,
        uses: link.uses,
        last_used_ms: link.last_used.map(stave_model::Timestamp::as_millis),
        revoked_ms: link.revoked.map(stave_model::Timestamp::as_millis),
    }
}

fn target_info(target: &LinkTarget) -> LinkTargetInfo {
    let bucket = target.bucket().as_str().to_owned();
    let key = target.key().to_owned();
    match target {
        LinkTarget::Get { version, .. } => LinkTargetInfo::Get {
            bucket,
            key,
            version: version.as_ref().map(|id| id.as_str().to_owned()),
        },
        LinkTarget::Put {
            content_type,
            max_bytes,
            ..
        } => LinkTargetInfo::Put {
            bucket,
            key,
            content_type: content_type.clone(),
            max_bytes: *max_bytes,
        },
        LinkTarget::Post {
            content_type,
            min_bytes,
            max_bytes,
            ..
        } => LinkTargetInfo::Post {
            bucket,
            prefix: key,
            content_type: content_type.clone(),
            min_bytes: *min_bytes,
            max_bytes: *max_bytes,
        },
    }
}

fn visit_info(visit: &LinkVisit) -> VisitInfo {
    let outcome = match visit.outcome {
        LinkOutcome::Used => "used",
        LinkOutcome::Revoked => "revoked",
        LinkOutcome::Expired => "expired",
        LinkOutcome::UsedUp => "used-up",
        LinkOutcome::Mismatch => "mismatch",
    };
    VisitInfo {
        at_ms: visit.at.as_millis(),
        outcome: outcome.to_owned(),
        source_ip: visit.source_ip.map(|ip| ip.to_string()),
        user_agent: visit.user_agent.clone(),
    }
}

/// Each request is handed to the group that answers it.
fn misplaced() -> Failure {
    Failure {
        code: FailureCode::NotOffered,
        message: "the running process does not do this".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let all = [1, 2, 3, 4, 5];
        assert_eq!(page(&all, 0, 2), (&all[..2], Some(2)));
        assert_eq!(page(&all, 2, 2), (&all[2..4], Some(4)));
        assert_eq!(page(&all, 4, 2), (&all[4..], None));
        assert_eq!(page(&all, 9, 2), (&all[..0], None));
        assert_eq!(page::<u8>(&[], 0, 2), (&[][..], None));
    }
}
