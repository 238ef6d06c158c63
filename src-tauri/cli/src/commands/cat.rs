//! `stave cat`.

use futures::StreamExt as _;
use stave_model::Conditions;
use stave_store::{ByteStream, Error, GetObject, ObjectRef, Store};

use crate::args::Cat;
use crate::connect::reach;
use crate::context::Context;
use crate::encryption::read_key;
use crate::failure::{Exit, Failure, Outcome, cannot};
use crate::output::Output;

/// Prints an object, or a range of it.
pub async fn cat(context: &mut Context, args: Cat) -> Outcome {
    let key = args.place.key().map_err(|error| {
        Failure::new(Exit::Usage, format!("Cannot print {}.", args.place))
            .because(&error)
            .cure("Write s3://bucket/key.")
    })?;
    let get = GetObject {
        object: ObjectRef {
            bucket: args.place.bucket.clone(),
            key,
            version: args.version_id,
        },
        range: args.range,
        part: None,
        conditions: Conditions::default(),
        customer_key: read_key(&args.key).await?,
    };
    let reached = reach(&context.global).await?;
    let place = args.place.to_string();
    let printed = print(&mut context.output, reached.store.as_ref(), get, &place).await;
    reached.close().await;
    printed
}

/// Writes what a read brings to standard output.
pub async fn print(output: &mut Output, store: &dyn Store, get: GetObject, place: &str) -> Outcome {
    let doing = format!("print {place}");
    let got = store.get_object(get).await.map_err(cannot(&doing))?;
    let mut body: ByteStream = got.body;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(Error::Body).map_err(cannot(&doing))?;
        output.bytes(&chunk)?;
    }
    output.flush()
}
