//! The order of the decision.

use s3s::S3Result;
use stave_model::{BucketName, UserName};
use stave_policy::{Context, Source};

use super::laws::{Laws, Question, Say};
use super::lists::is_denial;
use super::needs::Need;
use super::rights::{Ground, Rights};
use super::told::{Ruling, Why};
use super::{Asks, On, Standing, denied};
use crate::s3::convert::object_ref;

/// The actions by which the owner of a bucket can always mend its policy, whatever the policy says.
const MENDING: [&str; 3] = [
    "s3:GetBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:DeleteBucketPolicy",
];

impl Rights {
    /// Decides about something in a bucket; fails where the bucket is not there.
    pub(super) async fn rule(
        &self,
        laws: &Laws<'_>,
        bucket: &BucketName,
        asks: &Asks<'_>,
    ) -> S3Result<Ruling> {
        let admin = laws.bearer.asker.is_admin();
        let (say, question) = self.say(laws, bucket, asks).await?;
        let ruled =
            |standing, why, action: &str| Ruling::new(standing, why, action, question.clone());
        // Who mends a policy passes by what it denies, not by the bounds of their session.
        let say = match say {
            Say::No(..) if asks.mends() => match laws.of_bearer().ask(asks.actions, &question) {
                bounded @ Say::OutOfBounds(_) => bounded,
                _ => say,
            },
            say => say,
        };
        match &say {
            Say::No(action, by) if by.source != Source::Resource || !asks.mends() => {
                return Ok(ruled(None, Why::Statement(*by), action));
            }
            Say::OutOfBounds(action) => return Ok(ruled(None, Why::OutOfBounds, action)),
            Say::No(..) | Say::Yes(..) | Say::Blocked(_) | Say::Nothing(_) => {}
        }
        if admin {
            return Ok(ruled(Some(Standing::Owner), Why::Vault, asks.action()));
        }
        let ground = self.ground(bucket).await?;
        let owner = laws.user() == Some(&ground.bucket.owner);
        match &say {
            Say::No(action, _) if owner => Ok(ruled(Some(Standing::Owner), Why::Mends, action)),
            Say::No(action, by) => Ok(ruled(None, Why::Statement(*by), action)),
            Say::Yes(action, by) if owner => {
                Ok(ruled(Some(Standing::Owner), Why::Statement(*by), action))
            }
            Say::Yes(action, by) => {
                if self.may_know(laws, &ground, asks).await? {
                    return Ok(ruled(Some(Standing::Guest), Why::Statement(*by), action));
                }
                Ok(hidden(bucket, question))
            }
            Say::OutOfBounds(action) | Say::Blocked(action) | Say::Nothing(action) => {
                let why = match say {
                    Say::Blocked(_) => Why::Blocked,
                    _ => Why::Nobody,
                };
                self.rule_by_lists(laws, &ground, asks, ruled(None, why, action))
                    .await
            }
        }
    }

    /// Decides by ownership and lists; `otherwise` is what holds where they give nothing.
    async fn rule_by_lists(
        &self,
        laws: &Laws<'_>,
        ground: &Ground,
        asks: &Asks<'_>,
        otherwise: Ruling,
    ) -> S3Result<Ruling> {
        match self.without_policy(laws, ground, asks).await {
            Ok(standing) => Ok(Ruling {
                standing: Some(standing),
                why: match standing {
                    Standing::Owner => Why::Owner,
                    Standing::Guest | Standing::Stranger => Why::List,
                },
                ..otherwise
            }),
            // Object by object a policy may allow it yet.
            Err(error) if is_denial(&error) && asks.on == On::EachObject && !laws.are_none() => {
                Ok(Ruling {
                    standing: Some(Standing::Stranger),
                    why: Why::EachObject,
                    ..otherwise
                })
            }
            Err(error) if is_denial(&error) => Ok(otherwise),
            Err(error) => Err(error),
        }
    }

    /// Decides about what is done to no bucket that is there: to list one's buckets, to make one.
    pub(super) fn rule_account(
        laws: &Laws<'_>,
        bucket: Option<&BucketName>,
        asks: &Asks<'_>,
    ) -> Ruling {
        let asker = &laws.bearer.asker;
        let resource = match (bucket, asks.need) {
            (Some(bucket), Need::Signature) => format!("arn:aws:s3:::{bucket}"),
            _ => "arn:aws:s3:::*".to_owned(),
        };
        let question = Question {
            resource,
            context: asks.circumstances.context(asker),
        };
        let owner = Some(Standing::Owner);
        let signed = asker.user.is_some() && asks.need == Need::Signature;
        let (standing, why, action) = match laws.ask(asks.actions, &question) {
            _ if !signed => (None, Why::Nobody, asks.action().to_owned()),
            Say::No(action, by) => (None, Why::Statement(by), action),
            Say::OutOfBounds(action) => (None, Why::OutOfBounds, action),
            Say::Yes(action, by) => (owner, Why::Statement(by), action),
            Say::Blocked(action) | Say::Nothing(action) if asker.is_admin() => {
                (owner, Why::Vault, action)
            }
            Say::Blocked(action) | Say::Nothing(action) if laws.bearer.may_have_policies => {
                (None, Why::Nobody, action)
            }
            Say::Blocked(action) | Say::Nothing(action) => (owner, Why::Signed, action),
        };
        Ruling::new(standing, why, action, question)
    }

    /// Asks the policies about something in a bucket. What is decided object by object is not asked here.
    pub(super) async fn say(
        &self,
        laws: &Laws<'_>,
        bucket: &BucketName,
        asks: &Asks<'_>,
    ) -> S3Result<(Say, Question)> {
        let object = match asks.on {
            On::Nothing | On::EachObject | On::Bucket => None,
            On::Object => {
                let key = asks.key.ok_or_else(denied)?;
                Some(object_ref(bucket.as_str(), key, asks.version)?)
            }
        };
        let mut question = Question {
            resource: match &object {
                Some(object) => format!("arn:aws:s3:::{bucket}/{}", object.key.as_str()),
                None => format!("arn:aws:s3:::{bucket}"),
            },
            context: Context::new(),
        };
        let each = matches!(asks.on, On::Nothing | On::EachObject);
        if each || laws.are_none() {
            return Ok((Say::Nothing(asks.action().to_owned()), question));
        }
        question.context = asks.circumstances.context(&laws.bearer.asker);
        if let (Some(object), true) = (object, laws.ask_for_tags()) {
            // Of an object that is not there there are no tags.
            let tags = self.store.object_tags(object).await;
            for (name, value) in tags.map(|(_, tags)| tags).unwrap_or_default().iter() {
                let name = format!("s3:ExistingObjectTag/{name}");
                question.context.add(&name, value);
            }
        }
        Ok((laws.ask(asks.actions, &question), question))
    }
}

/// An object that is not there is told to those alone who may list the bucket.
fn hidden(bucket: &BucketName, question: Question) -> Ruling {
    let question = Question {
        resource: format!("arn:aws:s3:::{bucket}"),
        ..question
    };
    Ruling::new(None, Why::Hidden, "s3:ListBucket", question)
}

impl Laws<'_> {
    /// Returns who asks; `None` did not sign.
    pub(super) fn user(&self) -> Option<&UserName> {
        self.bearer.asker.user.as_ref()
    }
}

impl Asks<'_> {
    /// Returns whether this is how an owner mends a policy.
    fn mends(&self) -> bool {
        self.actions.iter().all(|name| MENDING.contains(name)) && self.on == On::Bucket
    }
}
