//! One list of cases over every store: a local vault, and the same vault behind its endpoint
//! through the remote store. What passes here is what the rest of Stave may rely on, whichever
//! store it holds.

mod bucket_configs;
mod buckets;
mod conditions;
mod copies;
mod encryption;
mod kit;
mod listings;
mod lists;
mod object_parts;
mod objects;
mod tags;
mod uploads;
mod versions;

/// Makes a test of each case for each store.
macro_rules! over_every_store {
    ($($case:ident),* $(,)?) => {
        mod local {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(&crate::kit::Kit::local()).await;
                }
            )*
        }

        mod remote {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    super::$case(&crate::kit::Kit::remote().await).await;
                }
            )*
        }
    };
}
pub(crate) use over_every_store;
