//! `cargo xtask bench`: measures one or several S3 endpoints in one run, so that figures can be told as
//! ratios. Without `--target` it starts the built `stave` on a fresh vault and measures that.

mod cases;
mod report;
mod target;

use std::process::ExitCode;

use report::Report;
use stave_tests::server::{ACCESS_KEY_ID, SECRET, Server};
use target::Target;

const USAGE: &str = "\
cargo xtask bench [OPTIONS]

  --target NAME=URL,ACCESS_KEY_ID,SECRET   an S3 endpoint to measure; may be given several times, this build is then
                                           measured only with --stave
  --stave          measure this build too
  --only WORD      only cases whose name contains WORD; may be given several times
  --quick          a tenth of the operations
  --keys N         how many keys the listed prefix holds (100000)
  --parts N        how many parts of 16 MiB the multipart upload has (64: 1 GiB)
  --out FILE       write the JSON there too (standard output always gets it)
";

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    targets: Vec<(String, String, String, String)>,
    stave: bool,
    extent: cases::Extent,
    out: Option<String>,
}

fn parse(arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked::default();
    let mut rest = arguments;
    while let Some(argument) = rest.next() {
        let mut value = || {
            rest.next()
                .ok_or(format!("{argument} takes a value\n\n{USAGE}"))
        };
        match argument.as_str() {
            "--target" => asked.targets.push(parse_target(&value()?)?),
            "--stave" => asked.stave = true,
            "--only" => asked.extent.only.push(value()?),
            "--quick" => asked.extent.quick = true,
            "--keys" => asked.extent.keys = number(&value()?)?,
            "--parts" => asked.extent.parts = number(&value()?)?,
            "--out" => asked.out = Some(value()?),
            "--help" | "-h" => return Err(USAGE.to_owned()),
            other => return Err(format!("bench does not know {other:?}\n\n{USAGE}")),
        }
    }
    asked.stave |= asked.targets.is_empty();
    Ok(asked)
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is no number that fits"))
}

fn parse_target(text: &str) -> Result<(String, String, String, String), String> {
    let refused = || format!("--target takes NAME=URL,ACCESS_KEY_ID,SECRET, not {text:?}");
    let (name, rest) = text.split_once('=').ok_or_else(refused)?;
    match rest.split(',').collect::<Vec<_>>()[..] {
        [url, id, secret] => Ok((
            name.to_owned(),
            url.to_owned(),
            id.to_owned(),
            secret.to_owned(),
        )),
        _ => Err(refused()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<(), String> {
    let asked = parse(std::env::args().skip(1))?;
    let mut report = Report::begin();
    if asked.stave {
        // The first start makes the vault; the second is the one that is measured.
        let folder = Server::start().stop();
        let server = Server::start_in(folder, &[]);
        let target = Target::new("stave", server.url(), ACCESS_KEY_ID, SECRET);
        report.note(
            "stave",
            "cold_start_ms",
            server.started_in().as_secs_f64() * 1e3,
        );
        report.note(
            "stave",
            "resident_after_start_kib",
            resident(&server, "VmRSS"),
        );
        cases::run(&target, &asked.extent, &mut report).await?;
        report.note("stave", "resident_at_end_kib", resident(&server, "VmRSS"));
        report.note("stave", "resident_peak_kib", resident(&server, "VmHWM"));
    }
    for (name, url, id, secret) in &asked.targets {
        let target = Target::new(name, url, id, secret);
        cases::run(&target, &asked.extent, &mut report).await?;
    }
    let json = report.to_json();
    if let Some(file) = &asked.out {
        std::fs::write(file, &json).map_err(|why| format!("{file} cannot be written: {why}"))?;
    }
    println!("{json}");
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "KiB of memory are far below the limit"
)]
fn resident(server: &Server, line: &str) -> f64 {
    server.status_kib(line) as f64
}
