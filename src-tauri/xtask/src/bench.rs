//! `cargo xtask bench`: measures this build, or any S3 endpoint.

use crate::command::{Outcome, run};
use crate::packages::{Need, ensure};
use crate::workspace::{cargo, program};

/// Builds the server and the measuring program well, and runs the latter with `arguments`.
pub fn bench(arguments: &[String]) -> Outcome {
    ensure(Need::Terminal)?;
    run(&mut cargo("build --release --quiet -p stave-cli"))?;
    let mut measure = cargo("run --release --quiet -p stave-tests --bin stave-bench --");
    run(measure
        .args(arguments)
        .env("STAVE_BIN", program("release", "stave")))
}
