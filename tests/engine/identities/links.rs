//! Links: counted, listed, really revoked.

use std::sync::Arc;

use secrecy::ExposeSecret as _;
use stave_model::{
    AccessKeyId, BucketName, Link, LinkAudience, LinkOutcome, LinkState, LinkTarget, Timestamp,
};
use stave_store::{Error, Identities as _, Links as _, NewLink, Visitor};

use super::{name, why};
use crate::kit::key;
use crate::kms::kit::{Keys, START_MS};

pub fn new_link() -> NewLink {
    NewLink {
        user: name("admin"),
        title: "for Ann".to_owned(),
        target: LinkTarget::Get {
            bucket: BucketName::parse("photos").unwrap(),
            key: key("a.jpg"),
            version: None,
        },
        audience: LinkAudience::Computer,
        seconds: 60,
        max_uses: Some(2),
    }
}

fn visitor() -> Visitor {
    Visitor {
        source_ip: Some([127, 0, 0, 1].into()),
        user_agent: Some("curl/8".to_owned()),
    }
}

impl Keys {
    pub async fn link(&self, new: NewLink) -> Link {
        self.vault.store.make_link(new).await.unwrap().0
    }

    async fn come_by(&self, id: &AccessKeyId) -> LinkOutcome {
        self.vault.store.use_link(id, visitor()).await.unwrap()
    }

    /// Returns what became of the visits of a link, newest first.
    async fn outcomes(&self, id: &AccessKeyId) -> Vec<LinkOutcome> {
        let log = self.vault.store.link_log(id).await.unwrap();
        log.into_iter().map(|visit| visit.outcome).collect()
    }
}

#[tokio::test]
async fn a_link_is_kept_with_its_secret_and_counts_its_uses() {
    let mut keys = Keys::new();
    let (link, secret) = keys.vault.store.make_link(new_link()).await.unwrap();
    assert!(link.id.as_str().starts_with("STAVELINK") && link.id.as_str().len() == 25);
    let whole_second = START_MS - 678;
    let times = [link.created, link.expires].map(Timestamp::as_millis);
    assert_eq!(times, [whole_second, whole_second + 60_000]);
    keys.vault.reopen();
    let (found, opened) = keys.vault.store.link(&link.id).await.unwrap();
    assert_eq!(found, link);
    assert_eq!(opened.expose_secret(), secret.expose_secret());
    assert_eq!(keys.come_by(&link.id).await, LinkOutcome::Used);
    assert_eq!(keys.come_by(&link.id).await, LinkOutcome::Used);
    assert_eq!(keys.come_by(&link.id).await, LinkOutcome::UsedUp);
    let expected = [LinkOutcome::UsedUp, LinkOutcome::Used, LinkOutcome::Used];
    assert_eq!(keys.outcomes(&link.id).await, expected);
    let listed = keys.vault.store.list_links().await.unwrap();
    assert_eq!(
        (listed[0].uses, listed[0].last_used.unwrap().as_millis()),
        (2, START_MS)
    );
    let log = keys.vault.store.link_log(&link.id).await.unwrap();
    assert_eq!(log[0].source_ip, Some([127, 0, 0, 1].into()));
    assert_eq!(log[0].user_agent.as_deref(), Some("curl/8"));
}

#[tokio::test]
async fn a_link_opens_until_its_exact_end() {
    let keys = Keys::new();
    let link = keys
        .link(NewLink {
            max_uses: None,
            ..new_link()
        })
        .await;
    keys.wait_ms(60_000 - 678 - 1);
    assert_eq!(keys.come_by(&link.id).await, LinkOutcome::Used);
    keys.wait_ms(1);
    assert_eq!(keys.come_by(&link.id).await, LinkOutcome::Expired);
}

#[tokio::test]
async fn a_revoked_link_opens_no_more_and_tells_who_came() {
    let keys = Keys::new();
    let link = keys.link(new_link()).await;
    let store = &keys.vault.store;
    let words = "the link still opens; revoke it first";
    assert_eq!(why(store.forget_link(&link.id).await), words);
    let revoked = store.revoke_link(&link.id).await.unwrap();
    assert_eq!(revoked.revoked.unwrap().as_millis(), START_MS);
    keys.wait_ms(1);
    assert_eq!(store.revoke_link(&link.id).await.unwrap(), revoked);
    assert_eq!(keys.come_by(&link.id).await, LinkOutcome::Revoked);
    store
        .note_visit(&link.id, LinkOutcome::Mismatch, visitor())
        .await
        .unwrap();
    let expected = [LinkOutcome::Mismatch, LinkOutcome::Revoked];
    assert_eq!(keys.outcomes(&link.id).await, expected);
    let event = keys.last_event().await;
    assert_eq!(event["eventName"], "RevokeLink");
    assert_eq!(event["eventSource"], "s3.amazonaws.com");
    store.forget_link(&link.id).await.unwrap();
    for gone in [
        why(store.link_log(&link.id).await),
        why(store.use_link(&link.id, visitor()).await),
        why(store.revoke_link(&link.id).await),
    ] {
        assert_eq!(gone, format!("link {} does not exist", link.id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn eight_at_once_open_a_link_as_often_as_it_may_be_used() {
    let keys = Arc::new(Keys::new());
    let link = keys
        .link(NewLink {
            max_uses: Some(5),
            ..new_link()
        })
        .await;
    let visitors: Vec<_> = (0..8)
        .map(|_| {
            let (keys, id) = (Arc::clone(&keys), link.id.clone());
            tokio::spawn(async move { [keys.come_by(&id).await, keys.come_by(&id).await] })
        })
        .collect();
    let mut found = Vec::new();
    for visitor in visitors {
        found.extend(visitor.await.unwrap());
    }
    let used = found
        .iter()
        .filter(|one| **one == LinkOutcome::Used)
        .count();
    let used_up = found
        .iter()
        .filter(|one| **one == LinkOutcome::UsedUp)
        .count();
    assert_eq!((used, used_up), (5, 11));
    assert_eq!(keys.vault.store.list_links().await.unwrap()[0].uses, 5);
}

#[tokio::test]
async fn the_links_of_a_user_who_is_removed_are_revoked() {
    let keys = Keys::new();
    keys.add_user("bob").await;
    let of_bob = NewLink {
        user: name("bob"),
        ..new_link()
    };
    let (of_bob, of_admin) = (keys.link(of_bob).await, keys.link(new_link()).await);
    keys.vault
        .store
        .delete_identity(&name("bob"))
        .await
        .unwrap();
    keys.add_user("bob").await;
    assert_eq!(keys.come_by(&of_bob.id).await, LinkOutcome::Revoked);
    assert_eq!(keys.come_by(&of_admin.id).await, LinkOutcome::Used);
    let listed = keys.vault.store.list_links().await.unwrap();
    let states: Vec<LinkState> = listed
        .iter()
        .map(|link| link.state(Timestamp::from_millis(START_MS)))
        .collect();
    assert_eq!(states, [LinkState::Live, LinkState::Revoked]);
}

#[tokio::test]
async fn what_a_link_cannot_be_is_refused() {
    let keys = Keys::new();
    keys.add_role("reader").await;
    let post = |content_type: Option<&str>, min_bytes, max_bytes| LinkTarget::Post {
        bucket: BucketName::parse("photos").unwrap(),
        prefix: "in/".to_owned(),
        content_type: content_type.map(str::to_owned),
        min_bytes,
        max_bytes,
    };
    let refused = async |change: &dyn Fn(&mut NewLink)| {
        let mut new = new_link();
        change(&mut new);
        why(keys.vault.store.make_link(new).await)
    };
    let lasts = "a link lasts 1 to 604,800 seconds";
    assert_eq!(refused(&|new| new.seconds = 0).await, lasts);
    assert_eq!(refused(&|new| new.seconds = 604_801).await, lasts);
    assert_eq!(refused(&|new| new.seconds = 604_800).await, "ok");
    let uses = "a link may be used at least once";
    assert_eq!(refused(&|new| new.max_uses = Some(0)).await, uses);
    let title = "the title of a link has at most 200 characters";
    assert_eq!(refused(&|new| new.title = "x".repeat(201)).await, title);
    let sizes = "the least size is above the most, or the most above the 5 TiB of S3";
    assert_eq!(
        refused(&|new| new.target = post(None, 2, Some(1))).await,
        sizes
    );
    let printable = "a content type has 1 to 256 printable characters";
    let lines = refused(&|new| new.target = post(Some("a\nb"), 0, None)).await;
    assert_eq!(lines, printable);
    let images = refused(&|new| new.target = post(Some("image/"), 1, Some(1))).await;
    assert_eq!(images, "ok");
    let nobody = "there is no user and no role eve";
    assert_eq!(refused(&|new| new.user = name("eve")).await, nobody);
    let role = "a link is made for a user; sessions of a role end, and a link would not";
    assert_eq!(refused(&|new| new.user = name("reader")).await, role);
    let log = keys.vault.store.list_links().await.unwrap();
    assert_eq!(log.len(), 2);
    let unknown = AccessKeyId::parse("STAVELINK0").unwrap();
    let gone = keys.vault.store.link(&unknown).await;
    assert!(matches!(gone, Err(Error::NoSuchLink(_))));
}
